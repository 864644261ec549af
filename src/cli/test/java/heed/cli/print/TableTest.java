package heed.cli.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// Alignment, by example.
final class TableTest {
    @Test
    void textGoesLeftAndNumbersRight() {
        StringWriter text = new StringWriter();
        new Table("name", "GB/s").row("é", "9.5").row("long name", "-").print(new PrintWriter(text));
        assertEquals("""
                name       GB/s
                é           9.5
                long name     -
                """, text.toString().replace("\r", ""));
    }
}
