package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.cuda.standin.Gpu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** {@code gradcheck --kernel}: right kernels, wrong ones, and bad ones, which are a line each. */
@Tag("slow")
class GradcheckKernelTest {
    private static final Path SOURCES = Path.of("src/test/resources/kernel");
    private static final String X = "x:(4,3)";

    @TempDir private Path folder;

    @BeforeEach
    void built() {
        Gpu.assumeBuilt();
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String source(String name) throws Exception {
        return Files.readString(SOURCES.resolve(name));
    }

    private Cli swish(String from, String to, String inputs, String... more) throws Exception {
        String text = source("swish.cu");
        assertTrue(text.contains(from), from);
        Path file = file("swish.cu", text.replace(from, to));
        List<String> words = words(file, inputs);
        words.addAll(List.of("--forward", "f", "--backward", "b", "--in-this-process"));
        words.addAll(List.of(more));
        return Cli.run(words.toArray(String[]::new));
    }

    private static List<String> words(Path file, String inputs) {
        List<String> words = new ArrayList<>(List.of("gradcheck", "--kernel", file.toString()));
        words.addAll(List.of("--inputs", inputs, "--device", Gpu.PLATFORM.device()));
        return words;
    }

    @Test
    void aRightKernelPassesInBothPrecisions() throws Exception {
        Cli cli = swish("", "", X, "--json");
        assertEquals(0, cli.exit(), cli.toString());
        JsonNode checks = new ObjectMapper().readTree(cli.lastLine()).get("checks");
        assertEquals(List.of("x", "x"), checks.findValuesAsText("tensor"));
        assertTrue(checks.get(0).get("device").asText().endsWith("float64"));
        assertTrue(checks.get(0).get("power").asDouble() < 1e-10, checks.toString());
        assertTrue(checks.get(1).get("device").asText().endsWith("float32"));
        assertTrue(checks.get(1).get("power").asDouble() < 1e-3, checks.toString());
    }

    /** Two arrays, a constant, sums in shared memory and by atomics, launches of its own. */
    @Test
    void severalInputsAndLaunches() throws Exception {
        for (boolean right : List.of(true, false)) {
            String text = source("rows.cu");
            Path file =
                    file("rows.cu", right ? text : text.replace("* slope * (1 - t", "* (1 - t"));
            List<String> words = words(file, "x:(6,37) w:(37)[0.5,2], slope=0.3");
            words.addAll(List.of("--output", "y:(6)", "--forward", "rows<<<x_dim0, 64, 512>>>"));
            words.addAll(List.of("--backward", "dx", "--backward", "zero"));
            words.addAll(List.of("--backward", "dw<<<x_size/32, 32>>>", "--in-this-process"));
            Cli cli = Cli.run(words.toArray(String[]::new));
            assertEquals(right ? 0 : 1, cli.exit(), cli.toString());
            assertEquals(!right, cli.out().contains("wrong: x["), cli.out());
            assertEquals(false, cli.out().contains("wrong: w"), cli.out());
        }
    }

    @Test
    void aWrongKernelIsFoundAndSaysWhere() throws Exception {
        Path junit = folder.resolve("gradcheck.xml");
        Cli cli = swish("(1 - s)", "(1 - 0.99 * s)", X, "--junit", junit.toString());
        assertEquals(1, cli.exit(), cli.toString());
        assertTrue(cli.out().contains("wrong: x["), cli.out());
        assertTrue(cli.out().contains("expected the derivative"), cli.out());
        Document xml =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile());
        assertEquals(2, xml.getElementsByTagName("failure").getLength());
    }

    @Test
    void javaIsAReferenceAndIsCheckedItself() throws Exception {
        String reference = source("Ref.java.txt");
        Path right = file("Ref.java", reference);
        Cli cli = swish("", "", X, "--java", right.toString());
        assertEquals(0, cli.exit(), cli.toString());
        assertTrue(cli.lastLine().startsWith("3 passed"), cli.out());
        Cli off = swish("y[i] = x[i]", "y[i] = real(1.0001) * x[i]", X, "--java", right.toString());
        assertEquals(1, off.exit(), off.toString());
        assertTrue(off.out().contains("as on the reference"), off.out());
        Path wrong = file("Wrong.java", reference.replace("(1 - s)", "(2 - s)"));
        Cli java = swish("", "", X, "--java", wrong.toString());
        assertEquals(1, java.exit(), java.toString());
        assertTrue(java.out().contains("on reference float64: FAILED"), java.out());
    }

    /** Kernels that are right where others are not smooth, or only between some bounds. */
    @Test
    void nastyKernelsAreNotBlamed() throws Exception {
        String f = "x[i] / (1 + exp(-x[i]))";
        Path file = file("kinks.cu", clamp());
        List<String> words = words(file, "x:(64)");
        words.addAll(List.of("--forward", "f", "--backward", "b", "--in-this-process"));
        Cli clamp = Cli.run(words.toArray(String[]::new));
        assertTrue(clamp.exit() == 0 || clamp.exit() == 3, clamp.toString());
        assertEquals(0, swish(f, f, "x:(4,3)[-40,40]").exit());
        Cli nan = swish(f, "sqrt(x[i])", X);
        assertEquals(1, nan.exit(), nan.toString());
        assertTrue(nan.out().contains("expected forward() to write a number, got NaN"), nan.out());
    }

    private static String clamp() throws Exception {
        return source("swish.cu")
                .replace("x[i] / (1 + exp(-x[i]))", "x[i] < -1 ? -1 : x[i] > 1 ? 1 : x[i]")
                .replace("dy[i] * s * (1 + x[i] * (1 - s))", "x[i] < -1 || x[i] > 1 ? 0 : dy[i]");
    }

    @Test
    void badKernelsAreALine() throws Exception {
        line(2, "swish.cu(9): error", swish("real s =", "real q =", X));
        line(2, "expected an array of [y, z], got `const real* x`", swish("", "", "z:(4,3)"));
        line(2, "the source has no kernel f", swish("void f(", "void g(", X));
        line(2, "--inputs: expected arrays and numbers", swish("", "", "x:(4,3"));
        line(2, "--inputs: Shape: expected sizes", swish("", "", "x:(4,q)"));
        line(2, "--inputs: expected each name once, got x", swish("", "", "x:(4) x:(3)"));
        line(2, "named as nothing else, got y", swish("", "", X + " y=3"));
        line(2, "--output: Shape: expected sizes", swish("", "", X, "--output", "wide"));
        line(2, "Wrong.java:1: ", swish("", "", X, "--java", file("Wrong.java", "}").toString()));
        Path unfit = file("Unfit.java", "class Unfit { static void forward(double[] q) {} }");
        line(
                2,
                "expected one method `static void backward",
                swish("", "", X, "--java", "" + unfit));
        line(2, "<<<blocks, threads, shared bytes>>>", swish("", "", X, "--forward", "f<<<1>>>"));
        line(2, "a size such as 128, n or n/128", swish("", "", X, "--forward", "f<<<q, 1>>>"));
        line(1, "kernels that can be launched", swish("", "", X, "--forward", "f<<<1, 4096>>>"));
        line(1, "no such file", swish("", "", X, "--java", folder.resolve("no.java").toString()));
    }

    /** Such an access ends the process of the stand-in, which is therefore not this one. */
    @Test
    void anAccessOutOfBoundsIsALine() throws Exception {
        Path file = file("swish.cu", source("swish.cu").replace("i < n) y", "i <= n) y"));
        Path junit = folder.resolve("gradcheck.xml");
        List<String> words = words(file, X);
        words.addAll(List.of("--forward", "f", "--backward", "b", "--junit", junit.toString()));
        Cli cli = Cli.run(words.toArray(String[]::new));
        line(1, "swish.cu:3: thread (12, 0, 0) of block (0, 0, 0): out of bounds", cli);
        assertTrue(Files.readString(junit).contains("<error message=\"kernel f: "));
    }

    private static void line(int exit, String part, Cli cli) {
        assertEquals(exit, cli.exit(), cli.toString());
        assertTrue(cli.err().startsWith("retrograd: "), cli.toString());
        assertTrue(
                cli.err().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)),
                cli.toString());
        assertEquals(1, cli.err().strip().lines().count(), cli.toString());
    }
}
