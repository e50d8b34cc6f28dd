package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs the command on files and folders. */
class ParityCommandTest {
    private static final Path CASES = Path.of("src/test/resources/parity");

    @TempDir Path folder;

    private record Run(int exit, List<String> lines) {
        String last() {
            return lines.get(lines.size() - 1);
        }
    }

    @Test
    void passes() {
        Run run = run(CASES.resolve("linear_000.safetensors").toString());
        assertEquals(0, run.exit());
        assertEquals(2, run.lines().size());
        assertTrue(
                run.lines().get(0).matches("passed +linear_000.safetensors +worst \\S+ in \\w+"),
                run.lines().get(0));
        assertEquals("1 passed, 0 failed, 0 unsupported", run.last());
    }

    @Test
    void goesOnAfterDamageAndTakesOnlyCasesInOrder() throws IOException {
        copy("relu_000.safetensors");
        copy("gru_000.safetensors");
        Files.write(folder.resolve("damaged.safetensors"), new byte[] {1, 2, 3});
        Files.writeString(folder.resolve("README.md"), "not a case");
        Run run = run(folder.toString());
        assertEquals(1, run.exit());
        assertTrue(run.lines().get(0).startsWith("failed      damaged"), run.lines().get(0));
        assertTrue(run.lines().get(1).startsWith("passed      gru_000"), run.lines().get(1));
        assertTrue(run.lines().get(2).startsWith("passed      relu_000"), run.lines().get(2));
        assertEquals("2 passed, 1 failed, 0 unsupported", run.last());
    }

    @Test
    void aLinkThatLeadsNowhereIsAFailedCase() throws IOException {
        Path link = folder.resolve("loop.safetensors");
        Files.createSymbolicLink(link, link.getFileName());
        Run run = run(CASES.resolve("relu_000.safetensors").toString(), link.toString());
        assertEquals(1, run.exit());
        assertTrue(run.lines().get(1).startsWith("failed      loop"), run.lines().get(1));
        assertEquals("1 passed, 1 failed, 0 unsupported", run.last());
    }

    @Test
    void endsWithJson() throws IOException {
        copy("conv2d_000.safetensors");
        copy("lstm_000.safetensors");
        Run run = run("--json", "--device", "reference", folder.toString());
        assertEquals(0, run.exit());
        JsonNode json = new ObjectMapper().readTree(run.last());
        assertEquals("reference", json.get("device").textValue());
        assertEquals("float64", json.get("precision").textValue());
        assertEquals(2, json.get("passed").intValue());
        assertEquals(0, json.get("failed").intValue());
        assertEquals(0, json.get("unsupported").intValue());
        assertEquals("conv2d_000.safetensors", json.get("cases").get(0).get("file").textValue());
        assertTrue(json.get("cases").get(0).get("error").doubleValue() < 1e-10);
    }

    @Test
    void refusesWrongUsage() throws IOException {
        assertEquals(2, run().exit());
        assertEquals(2, run(folder.resolve("nothing").toString()).exit());
        assertEquals(2, run(folder.toString()).exit(), "an empty folder");
        copy("relu_000.safetensors");
        assertEquals(2, run("--device", "abacus", folder.toString()).exit());
        assertEquals(2, run("--precision", "float1", folder.toString()).exit());
        assertEquals(2, run("--threads", "-1", folder.toString()).exit());
    }

    private void copy(String name) throws IOException {
        Files.copy(CASES.resolve(name), folder.resolve(name));
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        int exit =
                new CommandLine(new ParityCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(args);
        return new Run(exit, out.toString().lines().toList());
    }
}
