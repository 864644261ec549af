package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.cli.load.Backends;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// What `heed backends` says of backends that are not at their best.
final class BackendsCommandTest {
    private static final AttentionBackend SLOW = new Stated(
            "snail",
            new Availability.Available(
                    "Shell",
                    "1",
                    Optional.empty(),
                    OptionalInt.of(128),
                    3,
                    Optional.of(new Availability.Caution("it carries its house", "leave it at home"))));

    private static final AttentionBackend ABSENT =
            new Stated("dodo", new Availability.Unavailable("there is none", "breed one"));

    /// A backend that only tells whether it is there.
    private record Stated(String name, Availability availability) implements AttentionBackend {
        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Map<String, String> details() {
            return Map.of("shell", "spiral");
        }

        @Override
        public Support support(AttentionSpec spec) {
            return new Support.Supported();
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            throw new AssertionError("nothing is planned");
        }
    }

    private static List<String> print(boolean json) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        Console console = new Console(writer, new PrintWriter(new StringWriter()), false, false);
        BackendsCommand command =
                new BackendsCommand(new Session(console, () -> new Backends(List.of(SLOW, ABSENT), List.of())));
        command.json = json;
        assertEquals(Exit.DONE, command.call());
        writer.flush();
        return out.toString().lines().toList();
    }

    @Test
    void aSlowBackendHasItsRowAndALineThatSaysWhy() {
        List<String> lines = print(false);
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("snail") && line.contains("Shell")), lines::toString);
        assertTrue(lines.contains("snail: slow, it carries its house; leave it at home"), lines::toString);
    }

    @Test
    void anAbsentBackendHasOnlyTheLine() {
        List<String> lines = print(false);
        assertEquals(
                List.of("dodo: unavailable, there is none; breed one"),
                lines.stream().filter(line -> line.startsWith("dodo")).toList());
    }

    @Test
    void whatElseThereIsToTellIsALineAndAnObject() {
        assertTrue(
                print(false).contains("snail: shell=spiral"), () -> print(false).toString());
        String json = String.join("\n", print(true)).replaceAll("\\s+", "");
        assertTrue(json.contains("\"details\":{\"shell\":\"spiral\"}"), json);
    }

    @Test
    void jsonTellsBothWithTheirReasons() {
        String json = String.join("\n", print(true)).replaceAll("\\s+", "");
        assertTrue(json.contains("\"name\":\"snail\",\"available\":true,\"reason\":\"itcarriesitshouse\""), json);
        assertTrue(json.contains("\"name\":\"dodo\",\"available\":false,\"reason\":\"thereisnone\""), json);
    }
}
