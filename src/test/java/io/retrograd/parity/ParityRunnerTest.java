package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.parity.ParityResult.Status;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the reference backend against PyTorch's numbers, and the comparison against wrong ones. */
class ParityRunnerTest {
    /** Those that {@code src/tools/gradients/kink_cases.py} writes. */
    private static final int AT_KINKS = 14;

    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = Backends.open("reference", "float64", /* threads= */ 1);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    void everyCasePasses() throws IOException {
        List<String> failed = new ArrayList<>();
        int passed = 0;
        for (Path file : ParityCases.files()) {
            ParityResult result = new ParityRunner(backend).run(file);
            if (result.status() == Status.PASSED) {
                passed++;
            } else {
                failed.add(result.name() + ": " + result.detail());
            }
        }
        assertEquals(List.of(), failed);
        assertEquals(4 * (50 + 36 + 1 + 6) + AT_KINKS, passed);
    }

    /** The smallest number of each expected tensor, off by a millionth of itself. */
    @Test
    void oneNumberWrongByAMillionthFails() throws IOException {
        assertPerturbedFail(value -> value * (1 + 1e-6), /* smallest= */ true);
    }

    /** The first number of each expected tensor, zero or not. */
    @Test
    void oneNumberOffByAThousandthFails() throws IOException {
        assertPerturbedFail(value -> value + 1e-3, /* smallest= */ false);
    }

    /** 1 − tanh²(20) is 1.7e-17; PyTorch, whose tanh(20) is 1, has 0. */
    @Test
    void gradientBehindASaturatedFunctionMayLackWhatTheIncomingOneRoundsAway() {
        assertEquals(Status.PASSED, run(saturatedTanh(/* gradInput= */ 0)).status());
        assertEquals(Status.PASSED, run(saturatedTanh(/* gradInput= */ 1e-16)).status());
        assertEquals(Status.FAILED, run(saturatedTanh(/* gradInput= */ 1e-13)).status());
    }

    @Test
    void anOperationThatNobodyKnowsIsUnsupported() {
        SafetensorsFile known = saturatedTanh(0);
        Map<String, String> metadata = Map.of("case", "{\"op\": \"tangent\", \"attrs\": {}}");
        ParityResult result = run(new SafetensorsFile(metadata, known.tensors()));
        assertEquals(Status.UNSUPPORTED, result.status());
        assertEquals("expected a known op, got tangent", result.detail());
    }

    private static SafetensorsFile saturatedTanh(double gradInput) {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put("input", SafeTensor.of(Shape.of(1), 20.0));
        tensors.put("output", SafeTensor.of(Shape.of(1), 1.0));
        tensors.put("grad_output", SafeTensor.of(Shape.of(1), 1.0));
        tensors.put("grad_input", SafeTensor.of(Shape.of(1), gradInput));
        return new SafetensorsFile(Map.of("case", "{\"op\": \"tanh\", \"attrs\": {}}"), tensors);
    }

    @Test
    void resultStaysOnOneLineWhateverTheFileIsCalled() {
        ParityResult result =
                new ParityRunner(backend)
                        .run("a\nb\u001b[1m", () -> ParityCase.of(saturatedTanh(0)));
        assertEquals("a b [1m", result.name());
    }

    private interface Change {
        double of(double value);
    }

    private static void assertPerturbedFail(Change change, boolean smallest) throws IOException {
        List<String> missed = new ArrayList<>();
        int tried = 0;
        for (Path file : ParityCases.files()) {
            SafetensorsFile sound = Safetensors.read(file);
            for (String name : ParityCases.expected(sound)) {
                double[] values = sound.tensors().get(name).doubles();
                int i = smallest ? smallest(values) : 0;
                if (smallest && (values[i] == 0 || lost(values, i))) {
                    continue;
                }
                values[i] = change.of(values[i]);
                tried++;
                if (run(with(sound, name, values)).status() != Status.FAILED) {
                    missed.add(file.getFileName() + " " + name + "[" + i + "]");
                }
            }
        }
        assertTrue(tried > 700, "tried only " + tried);
        assertEquals(List.of(), missed);
    }

    /**
     * Whether a number is what rounding left of larger ones, as in the gradient of the keys' bias,
     * of which attention's softmax takes no notice.
     */
    private static boolean lost(double[] values, int i) {
        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
        return Math.abs(values[i]) < 1e-7 * largest;
    }

    private static ParityResult run(SafetensorsFile content) {
        return new ParityRunner(backend).run("perturbed", () -> ParityCase.of(content));
    }

    private static SafetensorsFile with(SafetensorsFile file, String name, double[] values) {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>(file.tensors());
        tensors.put(name, SafeTensor.of(file.tensors().get(name).shape(), values));
        return new SafetensorsFile(file.metadata(), tensors);
    }

    /** Index of the number that is nearest to 0 without being 0. */
    private static int smallest(double[] values) {
        int smallest = 0;
        for (int i = 0; i < values.length; i++) {
            double value = Math.abs(values[i]);
            if (value != 0 && (values[smallest] == 0 || value < Math.abs(values[smallest]))) {
                smallest = i;
            }
        }
        return smallest;
    }
}
