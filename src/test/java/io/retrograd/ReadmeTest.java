package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java examples of the README and of the site, so that they stay true. */
class ReadmeTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```java\\n(.*?)```");

    /** How an example begins that is a file of a guide with a test of its own. */
    private static final String WHOLE_FILE = "import ";

    private static final String GPU = "CudaPlatform.MACHINE";
    private static final String DEVICE = "Backends.open(\"cuda\")";
    private static final String IMPORTS =
            """
            import io.retrograd.attribution.*;
            import io.retrograd.backend.*;
            import io.retrograd.bind.*;
            import io.retrograd.operation.*;
            import io.retrograd.backend.cuda.*;
            import io.retrograd.backend.cuda.platform.*;
            import io.retrograd.detection.*;
            import io.retrograd.gradcheck.*;
            import io.retrograd.image.*;
            import io.retrograd.interop.Checkpoints;
            import io.retrograd.interop.*;
            import io.retrograd.layer.*;
            import io.retrograd.loss.*;
            import io.retrograd.metric.*;
            import io.retrograd.model.*;
            import io.retrograd.optim.*;
            import io.retrograd.tensor.*;
            import io.retrograd.tensorboard.*;
            import io.retrograd.train.*;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.Arrays;
            import java.util.Map;
            """;

    @TempDir private Path folder;

    @Test
    void theExamplesRun() throws Exception {
        List<String> outputs = new ArrayList<>();
        for (String example : examples()) {
            if (!onGpu(example)) {
                outputs.add(run("Example" + outputs.size(), example));
            }
        }
        assertTrue(outputs.size() >= 13, "got " + outputs.size());
        assertTrue(outputs.get(0).startsWith("logits ["), outputs.get(0));
        assertTrue(
                Pattern.compile("0 +2 +0\\R +1 +0 +2").matcher(outputs.get(0)).find(),
                "all four samples are recognised:\n" + outputs.get(0));
        List<String> shorter =
                new ArrayList<>(
                        outputs.subList(1, outputs.size()).stream().map(String::strip).toList());
        assertTrue(shorter.removeIf(output -> output.contains("passed")), "" + shorter);
        assertEquals(
                Set.of(
                        "",
                        "(8, 64, 16, 16)",
                        "(1, 2, 32, 32)",
                        "(2, 10, 32)",
                        "true",
                        "true\ntrue",
                        "3",
                        """
                        model-00001-of-00002.safetensors
                        model-00002-of-00002.safetensors
                        model.safetensors.index.json"""),
                Set.copyOf(shorter));
    }

    @Test
    void theKernelsRunOnTheStandin() throws Exception {
        Gpu.assumeBuilt();
        List<String> outputs = new ArrayList<>();
        for (String example : examples()) {
            if (onGpu(example)) {
                String here =
                        example.replace(GPU, "CudaPlatform." + Gpu.PLATFORM.name())
                                .replace(DEVICE, DEVICE.replace("cuda", Gpu.PLATFORM.device()));
                outputs.add(run("Kernel" + outputs.size(), here));
            }
        }
        assertEquals(2, outputs.size());
        assertTrue(
                outputs.get(0).contains("on " + Gpu.PLATFORM.device() + " float32: passed"),
                outputs.get(0));
        assertEquals("[2.0, 4.0, 6.0]", outputs.get(1).strip());
    }

    private static boolean onGpu(String example) {
        return example.contains(GPU) || example.contains(DEVICE);
    }

    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        for (Path page : Pages.forUsers()) {
            Matcher found = EXAMPLE.matcher(Files.readString(page));
            found.results()
                    .map(result -> result.group(1))
                    .filter(example -> !example.startsWith(WHOLE_FILE))
                    .forEach(examples::add);
        }
        return examples;
    }

    @Test
    void theTwoCommandsAreThere() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(readme.contains("mvn -q -DskipTests package exec:java"));
        assertTrue(readme.contains("mvn -ntp verify"));
    }

    private String run(String name, String statements) throws Exception {
        Path source = folder.resolve(name + ".java");
        Files.writeString(
                source,
                IMPORTS
                        + "public class "
                        + name
                        + " { public static void main(String[] args) throws Exception {\n"
                        + statements
                        + "\n}}\n");
        Path classes =
                Path.of(Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int status =
                compiler.run(
                        null,
                        problems,
                        problems,
                        "-d",
                        folder.toString(),
                        "-proc:none",
                        "-classpath",
                        classes.toString(),
                        source.toString());
        assertEquals(0, status, problems.toString(StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            return output(loader.loadClass(name));
        }
    }

    private static String output(Class<?> example) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            example.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
