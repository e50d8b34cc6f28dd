package io.retrograd.fuzz;

import io.retrograd.backend.Choices;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The cache of a plan: it is taken, or the plan is found again. */
public final class ChoicesFuzz {
    private static final int WAYS = 4;

    private ChoicesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(input.length, () -> run(input));
    }

    private static void run(byte[] input) throws IOException {
        Path folder = MemoryFolder.of(Map.of());
        use(folder);
        List<Path> files;
        try (Stream<Path> written = Files.list(folder)) {
            files = written.toList();
        }
        // The keys are hashes; %1 and %2 stand for those of what is asked for.
        String sound = Files.readString(files.get(0));
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<String> keys =
                sound.lines().filter(line -> !line.startsWith("#")).map(ChoicesFuzz::key).toList();
        for (int i = 0; i < keys.size(); i++) {
            text = text.replace("%" + (i + 1), keys.get(i));
        }
        Files.write(files.get(0), text.getBytes(StandardCharsets.ISO_8859_1));
        use(folder);
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf('='));
    }

    private static void use(Path folder) {
        Choices choices = new Choices(folder);
        choices.open("plan");
        int way = choices.choose("sum", WAYS, i -> WAYS - i);
        double time = choices.milliseconds("step", () -> 1.5);
        if (way < 0 || way >= WAYS || !(time >= 0)) {
            throw new AssertionError("no way or time: " + way + ", " + time);
        }
        int known = choices.known("product", WAYS);
        if (known < -1 || known >= WAYS) {
            throw new AssertionError("no way: " + known);
        }
        choices.save();
    }
}
