package heed.cli.inspect;

import heed.attention.Tensor;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// A page of HTML that needs nothing else: a section for each head with its numbers and its map.
public final class InspectionPage {
    private static final int LEVELS = 255;

    private InspectionPage() {}

    /// The page's text.
    public static String of(List<HeadReport> heads, List<AttentionMap> maps, Tensor query, Tensor key) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<p>queryLen %d, kvLen %d, headDim %d. Rows of a map are queries, columns keys; dark is much.</p>\n"
                .formatted(query.size(2), key.size(2), query.size(3)));
        page.append("<main>\n");
        for (int n = 0; n < heads.size(); n++) {
            section(page, heads.get(n), maps.get(n));
        }
        return page.append("</main>\n")
                .append(SCRIPT)
                .append("</body></html>\n")
                .toString();
    }

    private static void section(StringBuilder page, HeadReport head, AttentionMap map) {
        page.append("<section><h2>sequence %d, head %d</h2>\n".formatted(head.batch(), head.head()));
        page.append(String.format(
                Locale.ROOT,
                "<p>entropy %.4g nats, effective keys %.4g, largest score %.4g, sink mass %.4g, window mass %.4g</p>\n",
                head.entropy(),
                head.effectiveKeys(),
                head.maxScore(),
                head.sinkMass(),
                head.windowMass()));
        page.append("<p>heaviest keys: %s</p>\n".formatted(head.heaviestText()));
        page.append("<canvas width=\"%d\" height=\"%d\" data-cells=\"%s\"></canvas></section>\n"
                .formatted(map.columns(), map.rows(), Base64.getEncoder().encodeToString(levels(map))));
    }

    /// Square roots, so that small probabilities are seen beside large ones.
    private static byte[] levels(AttentionMap map) {
        float largest = 0;
        for (float cell : map.cells()) {
            largest = Math.max(largest, cell);
        }
        byte[] levels = new byte[map.cells().length];
        for (int n = 0; n < levels.length; n++) {
            levels[n] = (byte) (largest == 0 ? 0 : Math.round(LEVELS * Math.sqrt(map.cells()[n] / largest)));
        }
        return levels;
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Attention maps</title>
            <style>
            body { font-family: sans-serif; margin: 2em; }
            main { display: flex; flex-wrap: wrap; gap: 2em; }
            section { max-width: 24em; }
            h2 { font-size: 1em; }
            canvas { width: 384px; height: 384px; image-rendering: pixelated; border: 1px solid #888; }
            </style></head><body>
            <h1>Attention maps</h1>
            """;

    private static final String SCRIPT = """
            <script>
            for (const canvas of document.querySelectorAll("canvas")) {
              const bytes = atob(canvas.dataset.cells);
              const context = canvas.getContext("2d");
              const image = context.createImageData(canvas.width, canvas.height);
              for (let n = 0; n < bytes.length; n++) {
                const level = 255 - bytes.charCodeAt(n);
                image.data.set([level, level, 255 - (255 - level) / 2, 255], 4 * n);
              }
              context.putImageData(image, 0, 0);
            }
            </script>
            """;
}
