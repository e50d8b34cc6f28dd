package io.retrograd.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/**
 * Compiles and runs the programs of the guide on testing a layer, and what it says of a failure.
 */
class LayerGuideTest {
    private static final Path GUIDE = Path.of("src/site/markdown/testing-a-layer.md");
    private static final Pattern PROGRAM =
            Pattern.compile("(?s)```java\\n(.*?(?:class|record) (\\w+).*?)```");

    @TempDir private Path folder;

    @Test
    void theTestsOfTheGuidePass() throws Exception {
        Map<String, String> found = run(UnaryOperator.identity());
        assertEquals(
                Set.of(
                        "swish(1,1) on cpu",
                        "swish(1,1) on reference",
                        "swish(2,4,7,7) on cpu",
                        "swish(2,4,7,7) on reference",
                        "swishInANetwork()"),
                found.keySet());
        found.forEach((test, message) -> assertEquals("", message, test));
    }

    @Test
    void theFailureIsTheOneThatTheGuideShows() throws Exception {
        Map<String, String> found = run(program -> program.replace("dy[i] * x[i] * x[i]", "dy[i]"));
        String shown =
                Files.readString(GUIDE)
                        .lines()
                        .filter(line -> line.startsWith("swish(1, 1)"))
                        .findFirst()
                        .orElseThrow()
                        .replace("...", "");
        String message = found.get("swish(1,1) on reference");
        assertTrue(message.startsWith(shown), message);
        found.forEach((test, failure) -> assertTrue(failure.contains("wrong: "), test + failure));
    }

    private Map<String, String> run(UnaryOperator<String> change) throws Exception {
        List<String> command = new ArrayList<>(List.of("-d", folder.toString(), "-proc:none"));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        for (Path file : programs(change)) {
            command.add(file.toString());
        }
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, problems, problems, command.toArray(String[]::new));
        assertEquals(0, status, problems.toString(StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            return GradientCheckEngineTest.run(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(
                                    DiscoverySelectors.selectClass(loader.loadClass("SwishTest")))
                            .build());
        }
    }

    private List<Path> programs(UnaryOperator<String> change) throws IOException {
        List<Path> files = new ArrayList<>();
        Matcher programs = PROGRAM.matcher(Files.readString(GUIDE));
        while (programs.find()) {
            Path file = folder.resolve(programs.group(2) + ".java");
            Files.writeString(file, change.apply(programs.group(1)));
            files.add(file);
        }
        return files;
    }
}
