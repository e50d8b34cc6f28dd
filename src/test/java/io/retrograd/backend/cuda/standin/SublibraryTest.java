package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cuDNN that lacks one of its libraries answers as cuDNN 9.24 does. */
class SublibraryTest {
    private static final Path STANDIN =
            Path.of(System.getProperty("retrograd.standin", "target/standin"));

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "none, tensor 0, convolution 0, rnn 0, version 90600, algorithms 4",
        "cnn, tensor 0, convolution 3009, rnn 0, version 90600, ''",
        "adv, tensor 0, convolution 0, rnn 3009, version 90600, algorithms 4",
        "ops, tensor 3009, convolution 3009, rnn 3009, version 90600, ''",
        "graph, tensor 3009, convolution 3009, rnn 3009, Cannot load symbol cudnnGetVersion, ''",
        "heuristic, tensor 0, convolution 0, rnn 0, version 90600, algorithms 0",
        "engines_precompiled, tensor 0, convolution 0, rnn 0, version 90600, algorithms 0"
    })
    void answersForWhatIsMissing(
            String part,
            String tensor,
            String convolution,
            String rnn,
            String version,
            String algorithms)
            throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        Path libraries = Files.createDirectory(folder.resolve("libraries"));
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(STANDIN, "lib{cuda,cudnn*}.so.[0-9]")) {
            for (Path library : all) {
                String name = library.getFileName().toString();
                if (!name.equals("libcudnn_" + part + ".so.9")) {
                    Files.copy(library, libraries.resolve(name));
                }
            }
        }
        Misuse.Ended ended =
                Misuse.run(
                        Sublibraries.class,
                        libraries.toString(),
                        Map.of(),
                        folder.resolve("output"));
        for (String line : new String[] {tensor, convolution, rnn, version, algorithms}) {
            assertTrue(ended.said().contains(line), ended.said());
        }
        assertEquals(part.equals("graph") ? 134 : 0, ended.status(), ended.said());
    }
}
