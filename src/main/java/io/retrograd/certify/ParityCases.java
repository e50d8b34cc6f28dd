package io.retrograd.certify;

import io.retrograd.parity.ParityResult;
import io.retrograd.parity.ParityRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The part that compares with PyTorch's numbers, by the cases that lie in the jar. */
record ParityCases(Device device, Findings findings, Deadline deadline) {
    private static final String ANY = "cases/linear_000.safetensors";

    void run() {
        URL any = ParityRunner.class.getResource(ANY);
        if (any == null) {
            findings.attempt("cases", () -> Outcome.failed("expected them in the jar, found none"));
            return;
        }
        try {
            URI uri = any.toURI();
            if (uri.getScheme().equals("jar")) {
                String entry = ((JarURLConnection) any.openConnection()).getEntryName();
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    runIn(jar.getPath(entry.substring(0, entry.lastIndexOf('/'))));
                }
            } else {
                runIn(Path.of(uri).resolveSibling(""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void runIn(Path folder) throws IOException {
        List<Path> cases;
        try (Stream<Path> files = Files.list(folder)) {
            cases = files.sorted().toList();
        }
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    ParityRunner runner = new ParityRunner(backend);
                    for (int i = 0; i < cases.size(); i++) {
                        String rest = cases.size() - i + " of " + cases.size() + " cases";
                        if (i > 0 && findings.ended(share, rest)) {
                            return;
                        }
                        Path file = cases.get(i);
                        findings.attempt(
                                String.valueOf(file.getFileName()),
                                () -> outcome(runner.run(file)));
                    }
                });
    }

    private static Outcome outcome(ParityResult result) {
        ParityResult.Worst worst = result.worst();
        boolean passed = result.status() == ParityResult.Status.PASSED;
        return new Outcome(passed, worst == null ? null : worst.error(), result.detail());
    }
}
