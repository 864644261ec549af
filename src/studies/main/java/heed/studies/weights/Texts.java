package heed.studies.weights;

import java.util.List;

/// What the models read: plain sentences of several kinds, none above 64 tokens of any of the models.
final class Texts {
    static final List<String> ALL = List.of(
            "The animal did not cross the street because it was too tired.",
            "Once upon a time, there was a little girl who liked to play in the park.",
            "Water boils at a lower temperature on a mountain.",
            "She gave him the book, and he read it twice.",
            "Tom saw a big red ball and ran to his mom.",
            "How long does it take to get from Berlin to Rome by train?",
            "The bank raised its rates on Monday; shares fell.",
            "One, two, three, four, five, six, seven.");

    private Texts() {}
}
