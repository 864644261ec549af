/// The front door: query, key, value, softmax and heads on a real sentence, then the price of long context.
package heed.studies.walkthrough;
