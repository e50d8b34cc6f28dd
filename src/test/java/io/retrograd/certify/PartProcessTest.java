package io.retrograd.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ChildJava;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** However a part's process ends, what it tried is kept, and what it was at is named. */
class PartProcessTest {
    private static final double ENOUGH = 120;

    private static PartResult run(String how, double most) {
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(FakePart.class.getName(), how));
        return PartProcess.run(Part.KERNELS, command, Map.of(), /* allotted= */ 1, most);
    }

    @Test
    void onePasses() {
        PartResult result = run("well", ENOUGH);
        assertEquals(Status.PASSED, result.status(), result.toString());
        assertEquals(2, result.count(Status.PASSED));
        assertEquals(5L, result.trials().get(1).seed());
        assertTrue(result.said().contains("and complains"), result.toString());
        assertTrue(result.said().contains("a library says hello"), result.toString());
    }

    @Test
    void whatThrowsHasFailed() {
        PartResult result = run("throw", ENOUGH);
        assertEquals(Status.FAILED, result.status());
        assertTrue(result.trials().get(1).detail().contains("no such library"), result.toString());
    }

    @Test
    void aCrashIsToldWithWhatItWasAt() {
        PartResult result = run("crash", ENOUGH);
        assertEquals(Status.CRASHED, result.status());
        assertEquals(1, result.count(Status.PASSED));
        Trial last = result.trials().get(1);
        assertEquals("the second", last.what());
        assertEquals(Status.CRASHED, last.status());
        assertTrue(result.message().contains("134"), result.message());
    }

    @Test
    void anEarlyEndIsACrashToo() {
        assertEquals(Status.CRASHED, run("early", ENOUGH).status());
    }

    @Test
    void oneThatHangsIsEnded() {
        PartResult result = run("hang", /* most= */ 8);
        assertEquals(Status.CRASHED, result.status());
        assertTrue(result.message().contains("ended after 8 seconds"), result.message());
    }

    @Test
    void oneThatCannotBeStartedIsTold() {
        PartResult result =
                PartProcess.run(Part.KERNELS, List.of("/no/such/java"), Map.of(), 1, ENOUGH);
        assertEquals(Status.CRASHED, result.status());
        assertTrue(result.message().contains("could not be started"), result.message());
    }
}
