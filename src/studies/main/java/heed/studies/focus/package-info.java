/// Focus and dilution: how attention learns a Markov chain, stage by stage (arXiv 2605.01199).
package heed.studies.focus;
