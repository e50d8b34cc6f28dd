package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Verdicts on PyTorch's gradients, of cases that {@code src/tools/gradients/torch_modules.py}
 * wrote: modules of PyTorch's, and functions whose backward is wrong on purpose.
 */
class ExportedModuleTest {
    private static final Path CASES = Path.of("src/test/resources/modules");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"right-swish", "right-network", "right-kinks", "right-large", "right-gru"})
    void rightModulesPass(String name) throws Exception {
        GradientReport report = ExportedModule.judge(CASES.resolve(name + ".safetensors"));
        assertEquals(Verdict.PASSED, report.verdict(), report::table);
        assertEquals("PyTorch", report.device());
    }

    /** The relative error of the first is 2e-4; where the gradients are wrong is known. */
    @ParameterizedTest
    @CsvSource({"wrong-factor, input", "wrong-row, input[2", "wrong-detached, input"})
    void wrongModulesAreFound(String name, String place) throws Exception {
        GradientReport report = ExportedModule.judge(CASES.resolve(name + ".safetensors"));
        assertEquals(Verdict.FAILED, report.verdict(), report::table);
        assertTrue(report.reason().startsWith(place), report::reason);
        assertTrue(report.reason().contains("by differences of PyTorch's forward"), report::reason);
    }

    @Test
    void filesThatAreNoCaseAreALine() throws Exception {
        Path sound = CASES.resolve("right-swish.safetensors");
        byte[] bytes = Files.readAllBytes(sound);
        refused(Arrays.copyOf(bytes, bytes.length - 8), "");
        refused(Arrays.copyOf(bytes, 20), "");
        refused(replaced(bytes, "\"steps\"", "\"stepz\""), "expected a tensor steps");
        refused(replaced(bytes, "index.input", "indez.input"), "got one");
        refused(replaced(bytes, "grad_slope", "grad_slopf"), "expected a tensor grad_slope");
        refused(
                replaced(bytes, "\\\"module\\\", \\\"attrs", "\\\"modulo\\\", \\\"attrs"),
                "op modulo");
    }

    private void refused(byte[] bytes, String part) throws Exception {
        Path file = Files.write(folder.resolve("case.safetensors"), bytes);
        IOException e = assertThrows(IOException.class, () -> ExportedModule.judge(file));
        assertTrue(e.getMessage().contains("case.safetensors"), e.getMessage());
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    /** A text of the same length in the header. */
    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from), from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
