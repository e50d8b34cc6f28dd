package io.retrograd.fuzz;

import io.retrograd.backend.cuda.KernelImageFuzz;
import io.retrograd.cli.CommandLineFuzz;
import io.retrograd.cli.RunFolderFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs all that was kept of fuzzing, and inputs made of it, through what reads files and command
 * lines. {@code src/fuzz/run} searches for more, guided by what the code does.
 */
@Tag("slow")
@Timeout(300)
class FuzzTest {
    private static final Path CORPUS = Path.of("src/test/resources/fuzz");

    /** Another seed tries other inputs. */
    private static final long SEED = Long.getLong("retrograd.fuzz.seed", 1);

    private record Target(String name, int inputs, Consumer<byte[]> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code src/fuzz/run} knows them by these names too. */
    static Stream<Target> targets() {
        return Stream.of(
                new Target("safetensors", 2000, SafetensorsFuzz::fuzzerTestOneInput),
                new Target("shard-index", 1000, ShardIndexFuzz::fuzzerTestOneInput),
                new Target("idx", 1000, IdxFuzz::fuzzerTestOneInput),
                new Target("cifar", 1000, CifarFuzz::fuzzerTestOneInput),
                new Target("lines", 1000, LinesFuzz::fuzzerTestOneInput),
                new Target("vocabulary", 1000, VocabularyFuzz::fuzzerTestOneInput),
                new Target("choices", 500, ChoicesFuzz::fuzzerTestOneInput),
                new Target("plan", 500, PlanFuzz::fuzzerTestOneInput),
                new Target("kernel-image", 1000, KernelImageFuzz::fuzzerTestOneInput),
                new Target("run-folder", 500, RunFolderFuzz::fuzzerTestOneInput),
                new Target("parity", 300, ParityFuzz::fuzzerTestOneInput),
                new Target("command-line", 10, CommandLineFuzz::fuzzerTestOneInput));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void isTakenOrRefused(Target target) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS.resolve(target.name()))) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        corpus.forEach(input -> run(target, input));
        Mutations mutations = new Mutations(corpus, SEED);
        for (int i = 0; i < target.inputs(); i++) {
            run(target, mutations.next());
        }
    }

    private static void run(Target target, byte[] input) {
        try {
            target.run().accept(input);
        } catch (Throwable e) {
            Assertions.fail(
                    target + ": " + e.getMessage() + "\ninput " + HexFormat.of().formatHex(input),
                    e);
        }
    }
}
