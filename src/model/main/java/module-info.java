/// Models whose attention and dense layers run on Heed's backends: weights, tokenizers, transformer blocks.
@org.jspecify.annotations.NullMarked
module heed.model {
    requires static org.jspecify;
    requires transitive heed.attention;
    requires ai.djl.tokenizers;
    requires com.google.protobuf;
    requires tools.jackson.databind;
    // What the tokenizer library and its JNA need: without descriptors, they cannot ask for it themselves.
    requires java.logging;
    requires org.slf4j;

    exports heed.model;
    exports heed.model.text;
    exports heed.model.trace;
    exports heed.model.weights;
}
