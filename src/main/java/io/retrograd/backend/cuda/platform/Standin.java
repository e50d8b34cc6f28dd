package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis.Problem;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;

/** Where the CPU stand-in for CUDA lies. */
final class Standin {
    /** As in {@code --device}. */
    static final String DEVICE = "cuda-standin";

    /** What it consists of, beside headers. */
    private static final List<String> LIBRARIES =
            List.of(
                    DriverCheck.LIBRARY,
                    Part.CUBLAS.file(12),
                    Part.NVRTC.file(12),
                    Part.CUDNN.file(9));

    private static final String PROPERTY = "retrograd.standin";

    private Standin() {}

    /** {@code -Dretrograd.standin}, or the folder standin beside the jar or the classes. */
    static Path folder() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        CodeSource source = Standin.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Path.of("target", "standin")
                    : Path.of(source.getLocation().toURI()).resolveSibling("standin");
        } catch (URISyntaxException e) {
            return Path.of("target", "standin");
        }
    }

    /** What keeps it from being loaded, found without loading anything. */
    static Optional<Problem> obstacle(Path folder) {
        return LIBRARIES.stream()
                .filter(library -> !Files.isRegularFile(folder.resolve(library)))
                .findFirst()
                .map(library -> Problems.noStandin(library, folder));
    }
}
