package io.retrograd.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanFileTest {
    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("a.plan");
    }

    private PlanFile open(String device) {
        return new PlanFile(file, new Choices(null), device);
    }

    private void record() {
        PlanFile recorded = open("cpu|2 threads");
        recorded.open("network");
        assertEquals(2, recorded.choose("sum", 3, i -> -i));
        recorded.open("another");
        assertEquals(0, recorded.choose("sum of others", 3, i -> i));
        recorded.save();
    }

    private static int unmeasured(int way) {
        return fail("measured way " + way + " again");
    }

    @Test
    void whatWasChosenIsChosenAgain() {
        record();
        PlanFile followed = open("cpu|2 threads");
        followed.open("another");
        assertEquals(0, followed.choose("sum of others", 3, PlanFileTest::unmeasured));
        followed.open("network");
        assertEquals(2, followed.choose("sum", 3, PlanFileTest::unmeasured));
        assertEquals(2, followed.known("sum", 3));
        assertEquals(-1, followed.known("product", 3));
        assertEquals(0, followed.milliseconds("step", () -> unmeasured(0)));
    }

    @Test
    void whatWasNotChosenIsAnError() throws IOException {
        record();
        String before = Files.readString(file);
        PlanFile followed = open("cpu|2 threads");
        followed.open("network");
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> followed.choose("product", 3, PlanFileTest::unmeasured))
                        .getMessage();
        assertTrue(message.contains("a.plan: has no choice for product"), message);
        assertThrows(IllegalStateException.class, () -> followed.forget("sum", 3));
        followed.save();
        assertEquals(before, Files.readString(file));
    }

    @Test
    void oneThatGrowsIsFollowedAndAddedTo() {
        record();
        PlanFile grown = new PlanFile(file, new Choices(null), "cpu|2 threads", /* grows= */ true);
        grown.open("network");
        assertEquals(2, grown.choose("sum", 3, PlanFileTest::unmeasured));
        assertEquals(1, grown.choose("product", 2, i -> -i));
        assertThrows(IllegalStateException.class, () -> grown.forget("sum", 3));
        grown.save();
        PlanFile followed = open("cpu|2 threads");
        followed.open("network");
        assertEquals(1, followed.choose("product", 2, PlanFileTest::unmeasured));
        followed.open("another");
        assertEquals(0, followed.choose("sum of others", 3, PlanFileTest::unmeasured));
    }

    @Test
    void anotherDeviceIsAnError() {
        record();
        String message =
                assertThrows(IllegalStateException.class, () -> open("cpu|4 threads")).getMessage();
        assertTrue(message.contains("made for cpu|4 threads"), message);
        assertTrue(message.contains("got one for cpu|2 threads"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\\u12", "sum=x", "\u0000\u0001"})
    void anotherFileIsAnError(String content) throws IOException {
        Files.writeString(file, content);
        assertThrows(IllegalStateException.class, () -> open("cpu"));
        assertEquals(content, Files.readString(file));
    }
}
