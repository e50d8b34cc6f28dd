package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.Npy;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX's own tests of operators; {@code nodes.py} in the resources wrote the file. */
class OnnxNodesTest {
    private static final Path ZIP = Path.of("src/test/resources/onnx/nodes.zip");

    /** Share of the largest number by which one may be off; measured: 2e-6. */
    private static final double DIGITS = 1e-5;

    /** Its numbers are written with four digits. */
    private static final String FOUR_DIGITS = "test_averagepool_2d_ceil_last_window_starts_on_pad";

    /** Others mix samples, or ask for what no layer computes. */
    private static final int READ = 198;

    @TempDir private Path folder;

    @Test
    void operatorsComputeWhatOnnxSays() throws IOException {
        List<String> wrong = new ArrayList<>();
        int read = 0;
        try (ZipFile zip = new ZipFile(ZIP.toString());
                Backend backend = Backends.open("reference")) {
            for (String name : names(zip)) {
                Path file = unpacked(zip, name + ".onnx");
                OnnxNetwork network;
                try {
                    network = Onnx.read(file);
                } catch (IllegalArgumentException e) {
                    boolean listed = String.valueOf(e.getMessage()).contains("imported, got also ");
                    boolean samples = String.valueOf(e.getMessage()).contains("one of samples");
                    if (!listed && !samples) {
                        wrong.add(name + " is refused: " + e.getMessage());
                    }
                    continue;
                }
                read++;
                String problem = compare(zip, name, network, backend);
                if (!problem.isEmpty()) {
                    wrong.add(name + problem);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(read >= READ, read + " were read");
    }

    private static List<String> names(ZipFile zip) {
        List<String> names = new ArrayList<>();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            String name = entries.nextElement().getName();
            if (name.endsWith(".onnx")) {
                names.add(name.substring(0, name.length() - ".onnx".length()));
            }
        }
        return names;
    }

    private Path unpacked(ZipFile zip, String name) throws IOException {
        return Files.write(
                folder.resolve(name), zip.getInputStream(zip.getEntry(name)).readAllBytes());
    }

    private String compare(ZipFile zip, String name, OnnxNetwork network, Backend backend)
            throws IOException {
        double[] x = Npy.read(unpacked(zip, name + ".in.npy")).doubles();
        double[] expected = Npy.read(unpacked(zip, name + ".out.npy")).doubles();
        try (Model model = network.model(backend, /* seed= */ 1)) {
            String input = network.inputShapes().keySet().iterator().next();
            Map<String, double[]> outputs = model.predict(new HashMap<>(Map.of(input, x)));
            double[] y = outputs.values().iterator().next();
            if (y.length != expected.length) {
                return " has " + y.length + " outputs";
            }
            double largest = 1e-6;
            for (double value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            double far = Written.far(expected, y) / largest;
            double digits = name.equals(FOUR_DIGITS) ? 1e-3 : DIGITS;
            return far <= digits ? "" : " is off by " + far;
        } catch (IllegalArgumentException e) {
            return " fails: " + e.getMessage();
        }
    }
}
