package io.retrograd.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pins the worked examples' numbers, which anybody can check by hand. */
class WalkthroughTest {
    @Test
    void oneKernel() {
        String text = print(1);
        assertLine(text, "Conv2d = .* = 4.5");
        assertLine(text, "output .* -5.5 +-5.5");
        assertLine(text, "0.weight\\[0\\] +0.5 - 0.01 \\* \\(-5.5\\) = 0.555");
        assertLine(text, "0.weight\\[3\\] +0.25 - 0.01 \\* \\(-22\\) = 0.47");
        assertLine(text, "0.bias +1 - 0.01 \\* \\(-5.5\\) = 1.055");
    }

    /** The kernel becomes (0.4933, −0.3268, 0.1799, 0.3967) and its bias 0.0665. */
    @Test
    void smallNetworkForwardAndUpdate() {
        String text = print(2);
        assertLine(text, "Conv2d = .* = 0.12");
        assertLine(text, "softmax p\\[0\\] = .* = 0.371987");
        assertLine(text, "softmax p\\[1\\] = .* = 0.628013");
        assertLine(text, "CrossEntropy = .* = 0.465195");
        assertLine(text, "Linear input .* 0.334789 +0.334789");
        assertLine(text, "0.weight\\[0\\] +0.5 - .* = 0.4933\\d*");
        assertLine(text, "0.weight\\[1\\] +-0.3 - .* = -0.3267\\d*");
        assertLine(text, "0.weight\\[2\\] +0.2 - .* = 0.1799\\d*");
        assertLine(text, "0.weight\\[3\\] +0.4 - .* = 0.3966\\d*");
        assertLine(text, "0.bias +0.1 - .* = 0.0665\\d*");
    }

    /** Not 0.0987 and 0.542, as a published account has it. */
    @Test
    void theLossFallsAfterTheStep() {
        String text = print(2);
        String after = text.substring(text.indexOf("Forward again"));
        assertLine(after, "Conv2d = .* = 0.0513\\d*");
        assertLine(after, "loss 0.465195 -> 0.4165\\d*");
    }

    @Test
    void everyGradientAgreesWithItsFiniteDifference() {
        Pattern row = Pattern.compile("(?m)^ .* (-?[0-9.]+) +(-?[0-9.]+)$");
        for (int number = 1; number <= Walkthrough.EXAMPLES; number++) {
            String text = print(number);
            String backward = text.substring(text.indexOf("Backward"), text.indexOf("Update"));
            Matcher rows = row.matcher(backward);
            int count = 0;
            while (rows.find()) {
                assertEquals(rows.group(1), rows.group(2), rows.group());
                count++;
            }
            assertTrue(count >= 10, "gradients printed: " + count);
        }
    }

    @Test
    void anUnknownExampleIsRefused() {
        try (Backend backend = Backends.open("reference")) {
            for (int number : List.of(0, Walkthrough.EXAMPLES + 1)) {
                assertThrows(
                        IllegalArgumentException.class, () -> new Walkthrough(number, backend));
            }
        }
    }

    private static String print(int number) {
        StringWriter text = new StringWriter();
        try (Backend backend = Backends.open("reference");
                Walkthrough walkthrough = new Walkthrough(number, backend)) {
            walkthrough.print(new PrintWriter(text));
        }
        return text.toString();
    }

    private static void assertLine(String text, String regex) {
        assertTrue(
                Pattern.compile("(?m)^ *" + regex + "$").matcher(text).find(),
                "no line '" + regex + "' in\n" + text);
    }
}
