package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Steps timed by a clock that the test sets, and the statistics of known times. */
class StepTimesTest {
    /** The results are quotients of whole numbers: a few roundings. */
    private static final double TOLERANCE = 1e-12;

    private static final long MILLI = 1_000_000;

    /** Time goes by only in steps: the first few take one time, all others another. */
    private static final class Steps {
        private long now = Long.MAX_VALUE - 5;
        private int count;

        StepTimes measure(double seconds, int slow, long slowMillis, long millis) {
            return StepTimes.measure(
                    () -> {
                        now += MILLI * (count < slow ? slowMillis : millis);
                        count++;
                    },
                    seconds,
                    () -> now);
        }
    }

    @Test
    void oddCount() {
        StepTimes times = new StepTimes(4 * MILLI, MILLI, 2 * MILLI);
        assertEquals(1, times.minMillis(), TOLERANCE);
        assertEquals(2, times.medianMillis(), TOLERANCE);
        assertEquals(4, times.maxMillis(), TOLERANCE);
        assertEquals(5000, times.imagesPerSecond(10), 5000 * TOLERANCE);
    }

    /** The median of throughputs, 0.5 and 1 a millisecond, isn't the inverse of the median time. */
    @Test
    void evenCount() {
        StepTimes times = new StepTimes(8 * MILLI, 2 * MILLI, 4 * MILLI, 2 * MILLI).dividedBy(2);
        assertEquals(1.5, times.medianMillis(), TOLERANCE);
        assertEquals(750, times.imagesPerSecond(1), 750 * TOLERANCE);
    }

    @Test
    void warmsUpForAtLeastTwoStepsThatDoNotCount() {
        Steps steps = new Steps();
        StepTimes times = steps.measure(1, 2, 2000, 30);
        assertEquals(3, steps.count);
        assertEquals(30, times.maxMillis(), TOLERANCE);
    }

    /** A tenth of 10 s are 20 steps of 50 ms; the other 9 s are 90 of 100 ms. */
    @Test
    void warmsUpForATenthOfTheTime() {
        Steps steps = new Steps();
        StepTimes times = steps.measure(10, 20, 50, 100);
        assertEquals(110, steps.count);
        assertEquals(100, times.minMillis(), TOLERANCE);
    }

    /** After 1000 steps of 1 ms to warm up, 1000 such count and 4000 of 2 ms. */
    @Test
    void keepsAsManyStepsAsThereAre() {
        Steps steps = new Steps();
        StepTimes times = steps.measure(10, 2000, 1, 2);
        assertEquals(6000, steps.count);
        assertEquals(1, times.minMillis(), TOLERANCE);
        assertEquals(2, times.medianMillis(), TOLERANCE);
    }
}
