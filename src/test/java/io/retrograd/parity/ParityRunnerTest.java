package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.parity.ParityResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Holds the reference backend against PyTorch's numbers, one test a case. */
class ParityRunnerTest {
    private static final Path CASES = Path.of("src/test/resources/parity");

    /** Operations of which every case must pass. */
    private static final List<String> SUPPORTED =
            List.of(
                    "softmax",
                    "prelu",
                    "log_softmax",
                    "local_response_norm",
                    "layer_norm",
                    "group_norm",
                    "batch_norm",
                    "binary_cross_entropy_with_logits",
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "cross_entropy",
                    "elu",
                    "gelu",
                    "hardswish",
                    "hardtanh",
                    "huber_loss",
                    "kl_div",
                    "l1_loss",
                    "leaky_relu",
                    "linear",
                    "mish",
                    "mse_loss",
                    "optimizer_adagrad",
                    "optimizer_adam",
                    "optimizer_adamw",
                    "optimizer_rmsprop",
                    "optimizer_sgd",
                    "relu",
                    "sigmoid",
                    "silu",
                    "smooth_l1_loss",
                    "softplus",
                    "softsign",
                    "tanh");

    @TestFactory
    List<DynamicTest> passes() throws IOException {
        return cases().map(file -> DynamicTest.dynamicTest(name(file), () -> check(file))).toList();
    }

    private static void check(Path file) {
        try (Backend backend = Backends.open("reference")) {
            ParityResult result = new ParityRunner(backend).run(file);
            assertEquals(Status.PASSED, result.status(), result.detail());
        }
    }

    private static Stream<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(f -> SUPPORTED.contains(name(f).replaceFirst("_\\d+\\..*", "")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
