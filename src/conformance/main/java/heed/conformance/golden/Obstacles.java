package heed.conformance.golden;

import heed.attention.Support;
import heed.attention.Tensor;
import java.util.Arrays;

/// What a case needs that the library's interface does not offer, each as field, value and what is allowed.
///
/// A case with an obstacle is unsupported as a whole: nothing is computed here in the library's stead, and no
/// tensor is compared while another is left out.
final class Obstacles {
    private Obstacles() {}

    static Support of(GoldenCase golden) {
        Support.Check check = new Support.Check();
        check.require(golden.op().equals("attention"), "op", golden.op(), "attention");
        for (String output : golden.expected().keySet()) {
            check.require(output.equals("out") || output.equals("lse"), "expected", output, "out, lse");
        }
        if (!golden.op().equals("rotary_embedding")) {
            attributes(golden, check);
        }
        return check.result();
    }

    private static void attributes(GoldenCase golden, Support.Check check) {
        CaseAttributes attributes = golden.attributes();
        check.require(!attributes.past(), "past", "present", "null: no KV cache yet");
        check.require(!attributes.paged(), "paged", "present", "null: no KV cache yet");
        check.require(!attributes.rotary(), "rotary", "present", "null");
        check.require(attributes.probScale() == 1, "probScale", attributes.probScale(), "1");
        attributes
                .alibi()
                .ifPresent(alibi -> check.require(
                        slopesAreEqual(golden, alibi.input()),
                        "alibi",
                        "a slope per head",
                        "null, or one slope for all heads"));
    }

    private static boolean slopesAreEqual(GoldenCase golden, String input) {
        return Arrays.stream(slopes(golden, input)).distinct().count() == 1;
    }

    /// The slopes of ALiBi, one for each query head.
    static double[] slopes(GoldenCase golden, String input) {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            Tensor slopes = golden.input(input).load(arena);
            if (slopes.rank() != 1 || slopes.isEmpty()) {
                throw golden.malformed("ALiBi slopes must have axes H", slopes);
            }
            return java.util.stream.IntStream.range(0, slopes.size(0))
                    .mapToDouble(slopes::get)
                    .toArray();
        } catch (java.io.IOException unreadable) {
            throw golden.malformed("ALiBi slopes must be readable", unreadable);
        }
    }
}
