package io.retrograd.backend.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few random plans, always the same; {@code src/test/random-plans} runs others, and longer. */
class RandomPlansTest {
    private static final int CASES = 15;
    private static final PlanTarget BEST = PlanTarget.AVX512_CORE_AMX;

    @TempDir Path folder;

    @Test
    void plansComputeWhatTheReferenceDoes() throws IOException, InterruptedException {
        PlanProcess.Told told =
                new Campaign(folder, List.of())
                        .cases(1, CASES, BEST)
                        .cases(2, CASES, PlanTarget.AVX2)
                        .run();
        assertEquals(List.of(), told.failures());
        assertEquals(2 * CASES, told.count());
    }

    @ParameterizedTest
    @CsvSource({"failure, planted", "end, ends the process with 11"})
    void tellsACaseThatFailsOrDies(String plant, String told)
            throws IOException, InterruptedException {
        String option = "-D" + PlanRunner.PLANT + "=" + plant;
        List<String> failures =
                new Campaign(folder, List.of(option)).single(17, BEST).run().failures();
        assertEquals(1, failures.size(), failures::toString);
        String failure = failures.get(0);
        assertTrue(failure.startsWith("case 17: "), failure);
        assertTrue(failure.contains("new "), failure);
        assertTrue(failure.contains(told), failure);
        assertTrue(
                failure.endsWith("again: src/test/random-plans --case 17 --on " + BEST + "\n"),
                failure);
    }
}
