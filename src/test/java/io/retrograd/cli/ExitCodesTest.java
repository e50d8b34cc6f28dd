package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** A wrong value ends with 2 and a line that names the option: every option of every command. */
class ExitCodesTest {
    /** Each command with what it must be given. */
    private static final Map<String, List<String>> COMMANDS =
            Map.ofEntries(
                    Map.entry("train", List.of("train", "digits")),
                    Map.entry("gradcheck", List.of("gradcheck", "linear")),
                    Map.entry("parity", List.of("parity", ".")),
                    Map.entry("runs", List.of("runs")),
                    Map.entry("predict", List.of("predict", ".", ".")),
                    Map.entry("explain", List.of("explain", ".", ".")),
                    Map.entry("serve", List.of("serve", ".")),
                    Map.entry("export", List.of("export", ".", "net.onnx")),
                    Map.entry("walkthrough", List.of("walkthrough")),
                    Map.entry("gradflow", List.of("gradflow", "rnn")),
                    Map.entry("demo", List.of("demo", "regression", "--quick")),
                    Map.entry("summary", List.of("summary", "lenet5")),
                    Map.entry("bench", List.of("bench", "--net", "lenet5")),
                    Map.entry("devices", List.of("devices")),
                    Map.entry("doctor", List.of("doctor")),
                    Map.entry("certify", List.of("certify")),
                    Map.entry("help", List.of("help")));

    /** Wrong values of texts, whose type accepts them, and of numbers that may be below 0. */
    private static final Map<String, List<String>> WRONG =
            Map.ofEntries(
                    Map.entry("--device", List.of("nosuch", "")),
                    Map.entry("--precision", List.of("nosuch", "")),
                    Map.entry("--fuzz", List.of("x", "", "0s", "-1s", "5", "1.5m")),
                    Map.entry("--layer", List.of("nosuch", "")),
                    Map.entry("--replay", List.of("x", "-1", "")),
                    Map.entry("--model", List.of("nosuch", "")),
                    Map.entry(
                            "--input",
                            List.of("x", "", "0,1,28,28", "1,,2", "1,1,3,3", "-1,1,28,28")),
                    Map.entry("--name", List.of("a/b", "", ".", "..", "a\0b")),
                    Map.entry("--method", List.of("nosuch", "")),
                    Map.entry("--class", List.of("")),
                    Map.entry("--features", List.of(",", "a,,b")),
                    Map.entry("--epsilon", List.of("x", "0", "-1", "256", "NaN", "")),
                    Map.entry("--port", List.of("x", "-1", "65536", "1.5", "")),
                    Map.entry("--host", List.of("", " ")),
                    Map.entry("--max-megabytes", List.of("x", "0", "257", "")),
                    Map.entry("--timeout", List.of("x", "0", "-1", "")),
                    Map.entry("--waiting", List.of("x", "0", "-1", "")),
                    Map.entry("--text", List.of("", " ")),
                    Map.entry("--forward", List.of("f", "")),
                    Map.entry("--backward", List.of("b", "")),
                    Map.entry("--inputs", List.of("x:(4,3)", "")),
                    Map.entry("--output", List.of("4,3", "")),
                    Map.entry("--part", List.of("nosuch", "")),
                    Map.entry("--seed", List.of("x", "1e3", "")),
                    Map.entry("--keep-bias", List.of("x", "NaN", "-Infinity")),
                    Map.entry("--seconds", List.of("x", "0", "-1", "NaN", "Infinity")),
                    Map.entry("--augment", List.of("nosuch", "")),
                    Map.entry("--label", List.of("x", "")),
                    Map.entry("--separator", List.of(";", "")),
                    Map.entry("--weights-key", List.of("x", "")),
                    Map.entry("--freeze", List.of("nosuch", "")),
                    Map.entry("--max-pixels", List.of("x", "0", "-1", "1.5", "")),
                    Map.entry("--checkpoint-every", List.of("x", "", "0s", "-1s", "1.5steps", "9")),
                    Map.entry("--resume", List.of("nosuch", "", "a\0b")));

    private static final List<String> WRONG_WHOLE = List.of("x", "-1", "1.5", "99999999999", "");
    private static final List<String> WRONG_REAL = List.of("x", "-1", "NaN", "Infinity", "");

    @TempDir private Path folder;

    @Test
    void everyOptionOfEveryCommandRefusesWrongValues() {
        for (Map.Entry<String, CommandLine> each : Main.commands().entrySet()) {
            List<String> base = COMMANDS.get(each.getKey());
            assertTrue(base != null, "give the test what " + each.getKey() + " needs");
            for (OptionSpec option : each.getValue().getCommandSpec().options()) {
                if (option.arity().max() == 0 || option.usageHelp() || option.versionHelp()) {
                    continue;
                }
                for (String value : wrong(option)) {
                    refuses(Objects.requireNonNull(base), option.longestName(), value);
                }
            }
        }
    }

    private static List<String> wrong(OptionSpec option) {
        List<String> named = WRONG.get(option.longestName());
        if (named != null) {
            return named;
        }
        Class<?> type = option.type();
        if (type == int.class || type == Integer.class) {
            return WRONG_WHOLE;
        }
        if (type == double.class || type == Double.class) {
            return WRONG_REAL;
        }
        if (type.isEnum() || option.longestName().equals("--only")) {
            return List.of("nosuch", "");
        }
        assertEquals(Path.class, type, "tell the test wrong values of " + option.longestName());
        return List.of("", "a\0b");
    }

    private void refuses(List<String> base, String option, String value) {
        List<String> words = new ArrayList<>(base);
        if (base.get(0).equals("train")) {
            words.add("--runs=" + folder);
        }
        words.add(option + "=" + value);
        Cli cli = Cli.run(words.toArray(String[]::new));
        String what = words + ": " + cli;
        assertEquals(2, cli.exit(), what);
        assertTrue(cli.err().startsWith("retrograd: "), what);
        assertTrue(cli.err().contains(option), what);
        assertTrue(cli.err().strip().lines().count() <= 2, what);
        assertFalse(cli.err().contains("Exception") || cli.err().contains("\tat "), what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "--frobnicate",
                "train",
                "train nosuch",
                "train digits extra",
                "train digits --frobnicate",
                "train digits --threads",
                "train digits --model lenet5 --no-check",
                "train text",
                "gradcheck nosuch",
                "gradcheck --kernel swish.cu",
                "gradcheck linear --kernel swish.cu --forward f --backward b --inputs x:(3)",
                "gradcheck --kernel swish.cu --forward f --backward b --inputs x:(3) --device cpu",
                "parity",
                "parity /no/such",
                "walkthrough 0",
                "walkthrough 3",
                "walkthrough one",
                "gradflow /no/such",
                "demo nosuch",
                "demo regression moons",
                "demo regression --steps 3",
                "runs nosuch",
                "runs report",
                "runs report nosuch",
                "runs report ..",
                "train digits --find-lr=1",
                "train digits --tensorboard",
                "summary",
                "summary nosuch",
                "bench --net nosuch",
                "bench --net lenet5 extra",
                "help nosuch",
                "doctor --device nosuch",
                "devices extra"
            })
    void wrongWordsAreWrongUsage(String arguments) {
        Cli cli = Cli.run(arguments.split(" "));
        assertEquals(2, cli.exit(), cli.toString());
        assertTrue(cli.err().startsWith("retrograd: "), cli.toString());
        assertTrue(cli.err().strip().lines().count() <= 2, cli.toString());
        assertFalse(cli.err().contains("Exception"), cli.toString());
    }
}
