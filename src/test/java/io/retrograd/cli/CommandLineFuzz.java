package io.retrograd.cli;

import io.retrograd.fuzz.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Command lines: any options of a command, with values of all sorts. Each ends with 0, 1 or 2, in
 * words, without a stack trace. What a command does by default is cut down to what takes a moment.
 */
public final class CommandLineFuzz {
    /** Bytes of input that would justify the memory that commands take to compute. */
    private static final int WORK = 1 << 20;

    private static final Path FOLDER = folder();

    /** The first words of each command, with which it ends soon. */
    private static final Map<String, List<String>> STARTS =
            new TreeMap<>(
                    Map.of(
                            "train",
                            List.of(
                                    "text",
                                    "--data",
                                    FOLDER + "/texts.tsv",
                                    "--epochs",
                                    "1",
                                    "--no-check",
                                    "--runs",
                                    FOLDER + "/runs"),
                            "gradcheck",
                            List.of("linear", "--coordinates", "1"),
                            "gradflow",
                            List.of("--steps", "1", "--length", "3"),
                            "demo",
                            List.of("regression", "--quick", "--out", FOLDER + "/demo"),
                            "bench",
                            List.of("--net", "mlp", "--seconds", "0.01"),
                            "certify",
                            List.of("--part", "doctor", "--device", "reference"),
                            "parity",
                            List.of(FOLDER + "/texts.tsv")));

    /** Values by which a command would compute for long, or write elsewhere. */
    private static final List<String> FIXED = List.of("--name", "--hidden", "--help", "--version");

    private static final List<String> VALUES =
            List.of(
                    "0",
                    "1",
                    "2",
                    "-1",
                    "3.5",
                    "1e39",
                    "1e-320",
                    "NaN",
                    "Infinity",
                    "-Infinity",
                    "2147483647",
                    "2147483648",
                    "-2147483648",
                    "9223372036854775807",
                    "99999999999999999999",
                    "",
                    " ",
                    "=",
                    "-",
                    "--",
                    "%s%n",
                    "@nosuch",
                    "ä\u2028",
                    "x\u0000y",
                    "/no/such",
                    "/dev/null",
                    "reference",
                    "nosuch",
                    "float64",
                    "float32",
                    "mlp",
                    "digits",
                    "relu",
                    "linear",
                    "rnn",
                    "cosine",
                    "adam",
                    "sgd",
                    "1,28,28",
                    "1,1,28,28",
                    "2147483647,2147483647",
                    "0,0",
                    ",",
                    "[]",
                    "CLASSIC",
                    "stratified");

    private CommandLineFuzz() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("fuzz");
            Files.writeString(folder.resolve("texts.tsv"), "a\tx y\nb\ty z\na\tx\nb\tz\nb\tx\n");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        List<String> line = line(new Bytes(input));
        Contract.check(WORK, () -> check(line));
    }

    private static void check(List<String> line) {
        Cli end = Cli.run(line.toArray(String[]::new));
        String said = end.err() + end.out();
        boolean silent = end.exit() != 0 && end.err().isBlank() && end.out().isBlank();
        if (end.exit() < 0 || end.exit() > 2 || silent) {
            throw new AssertionError(line + ": exit " + end.exit() + ", " + end.err());
        }
        if (said.contains("\tat ") || said.contains("Exception")) {
            throw new AssertionError(line + ": " + said);
        }
    }

    /** A command line that these bytes stand for. */
    private static List<String> line(Bytes bytes) {
        Class<?>[] commands = Main.class.getAnnotation(Command.class).subcommands();
        CommandLine command = new CommandLine(commands[bytes.next(commands.length - 1)]);
        List<String> line = new ArrayList<>(List.of(command.getCommandName()));
        List<String> start = STARTS.getOrDefault(command.getCommandName(), List.of());
        line.addAll(start);
        List<OptionSpec> options =
                command.getCommandSpec().options().stream()
                        .filter(o -> !FIXED.contains(o.longestName()))
                        .filter(o -> !start.contains(o.longestName()))
                        .toList();
        boolean reference = options.stream().anyMatch(o -> o.longestName().equals("--device"));
        while (bytes.left() && line.size() < 16) {
            int kind = bytes.next(8);
            if (kind == 0 || options.isEmpty()) {
                line.add(value(bytes));
                continue;
            }
            OptionSpec option = options.get(bytes.next(options.size()));
            line.add(option.longestName());
            if (option.arity().max() > 0) {
                line.add(value(bytes));
            }
        }
        if (reference && !line.contains("--device")) {
            line.addAll(List.of("--device", "reference"));
        }
        return line;
    }

    private static String value(Bytes bytes) {
        int kind = bytes.next(VALUES.size() + 8);
        return kind < VALUES.size() ? VALUES.get(kind) : bytes.text();
    }

    /** Bytes as choices. */
    private static final class Bytes {
        private final byte[] bytes;
        private int at;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean left() {
            return at < bytes.length;
        }

        int next(int choices) {
            return left() ? (bytes[at++] & 0xFF) % choices : 0;
        }

        /** Up to eight of the next bytes, as they are. */
        String text() {
            int count = Math.min(1 + next(8), bytes.length - at);
            at += count;
            return new String(bytes, at - count, count, StandardCharsets.UTF_8);
        }
    }
}
