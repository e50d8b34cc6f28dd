package io.retrograd.cli;

import io.retrograd.file.MemoryFolder;
import io.retrograd.fuzz.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The summary of a run that {@code gradflow} opens; its texts, if it has some, are the same. */
public final class RunFolderFuzz {
    private static final byte[] TEXTS =
            "a\tx y\nb\ty z\na\tx\nb\tz\n".getBytes(StandardCharsets.UTF_8);

    private RunFolderFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Path folder = MemoryFolder.of(Map.of("summary.json", input, "texts.tsv", TEXTS));
        Contract.check(
                input.length,
                () -> SavedRun.open(folder, folder.resolve("texts.tsv")),
                IOException.class,
                IllegalArgumentException.class);
    }
}
