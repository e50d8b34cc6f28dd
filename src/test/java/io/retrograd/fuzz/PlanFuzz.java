package io.retrograd.fuzz;

import io.retrograd.backend.Choices;
import io.retrograd.backend.PlanFile;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A plan's file: it is followed, or refused. */
public final class PlanFuzz {
    private static final int WAYS = 4;

    private PlanFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(
                input.length,
                () -> run(input),
                IllegalStateException.class,
                UncheckedIOException.class);
    }

    private static void run(byte[] input) throws IOException {
        Path file = MemoryFolder.of(Map.of()).resolve("plan");
        use(file);
        // %1, %2 stand for the lines of a sound file.
        List<String> sound = Files.readString(file).lines().toList();
        String text = new String(input, StandardCharsets.ISO_8859_1);
        for (int i = 1; i < sound.size(); i++) {
            text = text.replace("%" + i, sound.get(i));
        }
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        use(file);
    }

    private static void use(Path file) {
        PlanFile choices = new PlanFile(file, new Choices(null), "a device");
        choices.open("plan");
        int way = choices.choose("sum", WAYS, i -> WAYS - i);
        int known = choices.known("product", WAYS);
        if (way < 0 || way >= WAYS || known < -1 || known >= WAYS) {
            throw new AssertionError("no way: " + way + ", " + known);
        }
        choices.save();
    }
}
