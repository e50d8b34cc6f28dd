package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gradcheck --fuzz} and {@code --replay}. */
class FuzzCommandTest {
    @TempDir private Path folder;

    @Test
    void drawsTheKindsThatAreAskedFor() throws IOException {
        Cli cli =
                Cli.run(
                        "gradcheck",
                        "--fuzz",
                        "2s",
                        "--seed",
                        "4",
                        "--json",
                        "--layer",
                        "linear",
                        "max-pool1d",
                        "--out",
                        folder.resolve("cases").toString());
        assertEquals(0, cli.exit(), cli::toString);
        JsonNode json = new ObjectMapper().readTree(cli.out());
        assertEquals(4, json.get("seed").asLong());
        assertEquals("reference", json.get("device").asText());
        assertEquals(0, json.get("failed").asInt());
        assertTrue(json.get("passed").asInt() > 0, cli::toString);
        json.get("layers")
                .fieldNames()
                .forEachRemaining(
                        kind -> assertTrue(kind.equals("linear") || kind.equals("max-pool1d")));
        assertFalse(Files.exists(folder.resolve("cases")));
    }

    @Test
    void replaysACase() {
        Cli cli = Cli.run("gradcheck", "--replay", "12", "--device", "cpu", "--threads", "1");
        assertEquals(0, cli.exit(), cli::toString);
        assertTrue(cli.out().startsWith("seed 12, "), cli::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gradcheck --fuzz 5",
                "gradcheck --fuzz 0s",
                "gradcheck --fuzz 5s --layer nosuch",
                "gradcheck --layer linear",
                "gradcheck --fuzz 5s --replay 3",
                "gradcheck linear --fuzz 5s",
                "gradcheck --replay -1"
            })
    void refusesWhatMakesNoSense(String command) {
        Cli cli = Cli.run(command.split(" "));
        assertEquals(2, cli.exit(), cli::toString);
        assertEquals(1, cli.err().strip().lines().count(), cli::toString);
    }
}
