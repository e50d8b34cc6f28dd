package io.retrograd.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.retrograd.file.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChoicesTest {
    @TempDir private Path folder;

    private Choices opened() {
        Choices choices = new Choices(folder);
        choices.open("plan");
        return choices;
    }

    private static int unmeasured(int way) {
        return fail("measured way " + way + " again");
    }

    @Test
    void theFastestIsTakenAndRemembered() {
        Choices first = opened();
        assertEquals(1, first.choose("sum", 3, i -> new double[] {3, 1, 2}[i]));
        first.save();
        assertEquals(1, opened().choose("sum", 3, ChoicesTest::unmeasured));
        assertEquals(1, opened().known("sum", 3));
        assertEquals(-1, opened().known("product", 3));
    }

    /** The fastest of fewer ways need not be the fastest once there is a new one. */
    @Test
    void anotherNumberOfWaysIsAnotherChoice() {
        Choices before = opened();
        assertEquals(0, before.choose("sum", 2, i -> i));
        before.save();
        assertEquals(-1, opened().known("sum", 3));
        assertEquals(2, opened().choose("sum", 3, i -> -i));
    }

    @Test
    void whatIsDamagedIsMeasuredAgain() throws IOException {
        Choices first = opened();
        first.choose("sum", 3, i -> i);
        first.save();
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        assertEquals(1, files.size());
        Files.writeString(files.get(0), Files.readString(files.get(0)).replace("=0", "=x"));
        assertEquals(2, opened().choose("sum", 3, i -> -i));
        Files.writeString(files.get(0), "\\u12");
        assertEquals(2, opened().choose("sum", 3, i -> -i));
    }

    @Test
    void faultsLeaveWhatWasRememberedOrWhatWasFound() throws IOException {
        Choices named = opened();
        named.choose("sum", 4, i -> i);
        named.save();
        String file;
        try (Stream<Path> listed = Files.list(folder)) {
            file = listed.findFirst().orElseThrow().getFileName().toString();
        }
        Faults.injectIntoCache(
                "cache/" + file,
                (at, version) -> {
                    Choices choices = new Choices(at.resolve("cache"));
                    choices.open("plan");
                    for (int k = 0; k < version; k++) {
                        choices.choose("sum " + k, 4, i -> i);
                    }
                    choices.save();
                });
    }

    @Test
    void timesAreMeasuredOnce() {
        Choices first = opened();
        assertEquals(1.5, first.milliseconds("step", () -> 1.5));
        first.save();
        assertEquals(1.5, opened().milliseconds("step", () -> unmeasured(0)));
    }
}
