package heed.cli.attend;

import picocli.CommandLine.TypeConversionException;

/// A file and what expressions call it: `NAME=FILE`.
record NamedFile(String name, String file) {
    static NamedFile of(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new TypeConversionException("must be NAME=FILE: got " + text);
        }
        return new NamedFile(text.substring(0, equals), text.substring(equals + 1));
    }
}
