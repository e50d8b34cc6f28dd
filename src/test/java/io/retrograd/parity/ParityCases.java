package io.retrograd.parity;

import io.retrograd.interop.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The cases that come with the tests. */
final class ParityCases {
    private static final Path FOLDER = Path.of("src/test/resources/parity");
    private static final Pattern EXPECTED =
            Pattern.compile(
                    "output|loss|eval_output|[hc]_n|grad[_.](?!(output|[hc]_n)$).*|final[_.].*");

    private ParityCases() {}

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    /** The first case of each operation. */
    static List<Path> firstOfEach() throws IOException {
        return files().stream().filter(f -> f.toString().endsWith("_000.safetensors")).toList();
    }

    /** As in {@code conv2d} for {@code conv2d_000.safetensors}. */
    static String op(Path file) {
        return file.getFileName().toString().replaceFirst("_\\d+\\.safetensors", "");
    }

    /** The names of a case's expected tensors. */
    static List<String> expected(SafetensorsFile file) {
        return file.tensors().keySet().stream()
                .filter(name -> EXPECTED.matcher(name).matches())
                .toList();
    }
}
