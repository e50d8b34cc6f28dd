package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command whose output is lost has not succeeded. */
class OutputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "help",
                "help train",
                "train --help",
                "gradcheck --help",
                "parity --help",
                "walkthrough --help",
                "gradflow --help",
                "summary --help",
                "bench --help",
                "devices --help",
                "doctor --help",
                "devices",
                "devices --json",
                "doctor --device reference",
                "doctor --device reference --json",
                "walkthrough 1",
                "gradcheck linear",
                "gradcheck linear --json",
                "summary lenet5 --device reference",
                "summary lenet5 --device reference --json",
                "gradflow rnn --device reference --steps 1 --length 2 --hidden 1",
                "gradflow rnn --device reference --steps 1 --length 2 --hidden 1 --json",
                "bench --net mlp --batch 1 --seconds 0.01 --device reference",
                "bench --net mlp --batch 1 --seconds 0.01 --device reference --json",
                "parity src/test/resources/parity/relu_000.safetensors",
                "parity src/test/resources/parity/relu_000.safetensors --json"
            })
    void lostOutputIsNoSuccess(String arguments) {
        assertEquals(0, Cli.run(arguments.split(" ")).exit(), "it succeeds where it is written");
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(new Full(), true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
            assertEquals(1, Main.run(arguments.split(" ")));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String message = told.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("retrograd: standard output: cannot be written"), message);
    }

    /** A disk without room. */
    private static final class Full extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    }
}
