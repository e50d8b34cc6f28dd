package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.parity.ParityResult.Status;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages cases at random, from fixed seeds: the end is always a result of one line, and soon. */
class ParityFuzzTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(e-?\\d+)?");
    private static final List<String> EXTREMES =
            List.of(
                    "0",
                    "-1",
                    "1000000000",
                    "2147483647",
                    "-2147483648",
                    "99999999999999999999",
                    "1e400",
                    "0.5",
                    "null",
                    "true",
                    "\"x\"",
                    "[]",
                    "[100000, 100000]",
                    "{}");

    @TempDir Path folder;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", /* threads= */ 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void damagedBytes() throws IOException {
        Random random = new Random(1);
        Path damaged = folder.resolve("damaged.safetensors");
        for (Path file : ParityCases.firstOfEach()) {
            byte[] sound = Files.readAllBytes(file);
            int header = 8 + (sound[0] & 0xFF) + ((sound[1] & 0xFF) << 8);
            for (int i = 0; i < 30; i++) {
                byte[] bytes =
                        Arrays.copyOf(sound, i < 5 ? random.nextInt(sound.length) : sound.length);
                for (int flips = random.nextInt(3); flips >= 0 && i >= 5; flips--) {
                    bytes[random.nextInt(header)] = (byte) random.nextInt(256);
                }
                Files.write(damaged, bytes);
                ParityResult result = finish(() -> new ParityRunner(backend).run(damaged));
                if (bytes.length < sound.length) {
                    assertEquals(Status.FAILED, result.status(), result.detail());
                }
            }
        }
    }

    @Test
    void extremeAttributes() throws IOException {
        for (Path file : ParityCases.firstOfEach()) {
            SafetensorsFile sound = Safetensors.read(file);
            String text = sound.metadata().get("case");
            Matcher numbers = NUMBER.matcher(text);
            // From the attributes on; the numbers of an operation's name come before.
            for (int from = text.indexOf("attrs"); numbers.find(from); from = numbers.end()) {
                for (String extreme : EXTREMES) {
                    String changed =
                            text.substring(0, numbers.start())
                                    + extreme
                                    + text.substring(numbers.end());
                    finish(() -> run(described(sound, changed)));
                }
            }
        }
    }

    @Test
    void everyTensorMissingOrOfAnotherKind() throws IOException {
        for (Path file : ParityCases.firstOfEach()) {
            SafetensorsFile sound = Safetensors.read(file);
            for (String name : sound.tensors().keySet()) {
                Map<String, SafeTensor> tensors = new LinkedHashMap<>(sound.tensors());
                SafeTensor old = tensors.remove(name);
                // A loss without these weights is another one, whose numbers are wrong.
                assertRefused(name.equals("pos_weight") ? "" : name, sound, tensors);
                Shape shape = old.shape();
                tensors.put(
                        name,
                        old.kind().floating()
                                ? SafeTensor.of(shape, new long[(int) shape.size()])
                                : SafeTensor.of(shape, new double[(int) shape.size()]));
                assertRefused(name, sound, tensors);
                tensors.put(name, old);
                tensors.put("extra", old);
                assertRefused("extra", sound, tensors);
                tensors.remove("extra");
                tensors.put(
                        name, SafeTensor.of(shape.batch(2), new double[2 * (int) shape.size()]));
                assertRefused("", sound, tensors);
            }
        }
    }

    @Test
    void numbersThatAreNotFinite() throws IOException {
        for (Path file : ParityCases.firstOfEach()) {
            SafetensorsFile sound = Safetensors.read(file);
            for (Map.Entry<String, SafeTensor> entry : sound.tensors().entrySet()) {
                if (entry.getValue().kind().floating()) {
                    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                        double[] values = entry.getValue().doubles();
                        values[values.length - 1] = bad;
                        Map<String, SafeTensor> tensors = new LinkedHashMap<>(sound.tensors());
                        tensors.put(
                                entry.getKey(), SafeTensor.of(entry.getValue().shape(), values));
                        assertRefused(entry.getKey(), sound, tensors);
                    }
                }
            }
        }
    }

    @Test
    void deepAndLongNetworks() throws IOException {
        Path file = Path.of("src/test/resources/parity/network_mlp_000.safetensors");
        SafetensorsFile sound = Safetensors.read(file);
        String text = sound.metadata().get("case");
        int start = text.indexOf("[{\"type\": \"linear\"");
        String tail = text.substring(start + 1);
        List<String> more = new ArrayList<>();
        more.add("{\"type\":\"relu\"},".repeat(200_000));
        for (int depth : new int[] {20, 1_000, 100_000}) {
            more.add("{\"type\":\"residual\",\"body\":[".repeat(depth) + "]}".repeat(depth) + ",");
        }
        for (String layers : more) {
            String changed = text.substring(0, start + 1) + layers + tail;
            ParityResult result = finish(() -> run(described(sound, changed)));
            assertEquals(Status.FAILED, result.status());
            assertFalse(result.detail().contains("could not be run"), result.detail());
        }
    }

    /** Sound cases of a few megabytes that would compute for minutes. */
    @Test
    void tooMuchWork() {
        String steps =
                "{\"layers\": ["
                        + String.join(",", Collections.nCopies(900, "{\"type\": \"relu\"}"))
                        + "], \"loss\": {\"type\": \"cross_entropy\"},"
                        + " \"optimizer\": {\"type\": \"sgd\", \"lr\": 1}, \"steps\": 200000}";
        String plain = "\"stride\": [1], \"padding\": [0], \"dilation\": [1], \"groups\": 1";
        Shape row = Shape.of(1, 1, 100_000);
        Shape wide = Shape.of(1, 1, 199_999);
        Shape square = Shape.of(1000, 1000);
        Shape column = Shape.of(1, 1, 100_000, 1);
        assertTooMuch("conv1d", "{" + plain + "}", wide, row, row);
        assertTooMuch(
                "conv_transpose1d", "{" + plain + ", \"output_padding\": [0]}", row, wide, row);
        assertTooMuch("linear", "{}", square, square, square);
        assertTooMuch(
                "adaptive_avg_pool2d",
                "{\"output_size\": [1, 100000]}",
                column,
                Shape.of(1, 1, 1, 100_000),
                null);
        assertTooMuch("network_mlp", steps, Shape.of(200_000, 1, 2), Shape.of(1, 2), null);
    }

    private void assertTooMuch(String op, String attrs, Shape x, Shape y, @Nullable Shape w) {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put("input", zeros(x));
        tensors.put("output", zeros(y));
        if (w != null) {
            tensors.put("weight", zeros(w));
        }
        String text = String.format("{\"op\": \"%s\", \"attrs\": %s}", op, attrs);
        ParityResult result = finish(() -> run(new SafetensorsFile(Map.of("case", text), tensors)));
        assertEquals(Status.FAILED, result.status());
        assertTrue(result.detail().contains("multiply-adds"), result.detail());
    }

    private static SafeTensor zeros(Shape shape) {
        return SafeTensor.of(shape, new double[(int) shape.size()]);
    }

    private void assertRefused(
            String told, SafetensorsFile sound, Map<String, SafeTensor> tensors) {
        ParityResult result = finish(() -> run(new SafetensorsFile(sound.metadata(), tensors)));
        assertEquals(Status.FAILED, result.status(), told + ": " + result.detail());
        assertTrue(result.detail().contains(told), told + " in: " + result.detail());
    }

    private interface Run {
        ParityResult get() throws IOException;
    }

    private static ParityResult finish(Run run) {
        ParityResult result = Assertions.assertTimeout(SOON, run::get);
        assertNotEquals("", result.detail());
        assertFalse(result.detail().contains("\n"), result.detail());
        assertFalse(result.detail().contains("could not be run"), result.detail());
        return result;
    }

    private ParityResult run(SafetensorsFile content) {
        return new ParityRunner(backend).run("fuzzed", () -> ParityCase.of(content));
    }

    private static SafetensorsFile described(SafetensorsFile file, String description) {
        return new SafetensorsFile(Map.of("case", description), file.tensors());
    }
}
