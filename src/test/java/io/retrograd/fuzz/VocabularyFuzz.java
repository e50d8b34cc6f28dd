package io.retrograd.fuzz;

import io.retrograd.data.Vocabulary;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A vocabulary's file; what is read can be written, and read again as the same. */
public final class VocabularyFuzz {
    private VocabularyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Path path = MemoryFolder.file("vocabulary.txt", input);
        Contract.check(
                input.length,
                () -> {
                    Vocabulary read = Vocabulary.load(path);
                    Path copy = path.resolveSibling("copy.txt");
                    read.save(copy);
                    Vocabulary again = Vocabulary.load(copy);
                    again.save(path);
                    if (Files.mismatch(path, copy) >= 0 || read.size() != again.size()) {
                        throw new AssertionError("another vocabulary");
                    }
                },
                IOException.class);
    }
}
