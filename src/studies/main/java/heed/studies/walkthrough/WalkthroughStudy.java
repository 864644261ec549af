package heed.studies.walkthrough;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.List;

/// What attention is, step by step on a real sentence through a real model, and what it costs.
public final class WalkthroughStudy implements Study {
    /// Ready to run.
    public WalkthroughStudy() {}

    @Override
    public String name() {
        return "walkthrough";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "What is attention actually paying attention to?",
                "after a post of that title by @aolingge on Mastodon",
                "",
                "the post alone, not the video that it tells of; it has no numbers, so all of those here are ours");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        lab.progress().doing("walkthrough: a sentence through MiniLM");
        Sentence sentence = Sentence.read(lab);
        sentence.check(checks);
        lab.progress().doing("walkthrough: lookups");
        Lookup.check(lab, checks);
        Noise.check(lab, checks);
        new ManyHeads(lab).check(checks);
        SentencePage steps = new SentencePage(sentence);
        Section lookup = Section.of(
                "5. Why long context is hard even before it is slow",
                "Suppose one key out of n matches the query, with score β, and all others have score 0. Softmax gives the match "
                        + "1 / (1 + (n-1) e^(-β)). The others are each almost nothing, but there are many of them: to give the "
                        + "match 99 % of 1024 tokens takes a score of 11.5, of a million 18.5. Scores must grow with the "
                        + "logarithm of the length, or what is looked for drowns. Where nothing matches, and scores are noise of "
                        + "variance σ², a row spreads over nearly all keys: its entropy is about ln n - σ²/2. That is also why "
                        + "scores are divided by the root of the head's width: without, the noise of 64-wide products has σ = 8, "
                        + "and one key of 1024 takes most of the weight by chance.",
                Lookup.chart(lab));
        Section price = lab.quick() ? Costs.counted() : Costs.measured(lab, checks);
        return new Report(
                checks.list(),
                new Page(
                        CLAIMED,
                        List.of(steps.cutting(), steps.oneRow(), steps.heads(), steps.layers(), lookup, price),
                        COMPUTED));
    }

    private static final List<String> CLAIMED = List.of(
            "Attention is how a language model lets each word of a text take something from others: a query asks, keys "
                    + "answer how well they fit, a softmax turns the answers into shares, and values are mixed by them. "
                    + "Several heads do so side by side. And since each word asks each other, long texts are expensive.",
            "That is the post's claim. This page goes through it step by step, with a real sentence and the real weights of "
                    + "a small model; you can then do the same with your own: heed inspect shows any queries and keys.");

    private static final List<String> COMPUTED = List.of(
            "The sentence went through all-MiniLM-L6-v2 on Heed's kernels. Each layer's queries and keys, as the model had "
                    + "them, then went through Heed once more with the identity matrix as values, which makes the output the "
                    + "matrix of weights; softmax by plain sums agrees with it.",
            "Lookups and entropies are of one head, in double; heads against heads alone in f32. Times are medians of rounds "
                    + "in which each length has one turn, after a round to warm up: processor time of the one thread that "
                    + "works, so that what else the machine does meanwhile does not count. For one more token, each step "
                    + "reads other keys than the last, so that short contexts do not stay in the cache.");
}
