package io.retrograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Checks schedules against values that follow from the definitions of PyTorch's lr_scheduler. */
class ScheduleTest {
    /** A few roundings of numbers up to 1. */
    private static final double EXACT = 1e-15;

    @Test
    void constant() {
        gives(Schedule.constant(), 2, 2, 1, 1, 1, 1);
    }

    /** StepLR(step_size=2, gamma=0.1), stepped once an epoch. */
    @Test
    void stepFallsEveryFewEpochs() {
        gives(Schedule.step(2, 0.1), 1, 5, 1, 1, 0.1, 0.1, 0.01);
        gives(Schedule.step(2, 0.1), 2, 3, 1, 1, 1, 1, 0.1, 0.1);
    }

    /** ExponentialLR(gamma=0.5), stepped once an epoch. */
    @Test
    void exponentialFallsEachEpoch() {
        gives(Schedule.exponential(0.5), 2, 3, 1, 1, 0.5, 0.5, 0.25, 0.25);
    }

    /** CosineAnnealingLR(T_max=6): cos of multiples of 30 degrees. */
    @Test
    void cosineFallsFromOneTowardsZero() {
        double r = Math.sqrt(3) / 4;
        gives(Schedule.cosine(), 2, 3, 1, 0.5 + r, 0.75, 0.5, 0.25, 0.5 - r);
    }

    /** OneCycleLR(max_lr=1, total_steps=10): up in steps 0 to 2, down in the 7 that follow. */
    @Test
    void oneCycleGoesUpAndDown() {
        double[] factors = factors(Schedule.oneCycle(), 5, 2);
        assertArrayEquals(new double[] {0.04, 0.52, 1}, Arrays.copyOf(factors, 3), EXACT);
        assertEquals(4e-6, factors[9], EXACT);
        assertEquals(1, factors[3] + factors[8], 4.1e-6); // half a wave is point-symmetric
        double third = 4e-6 + (1 - 4e-6) / 2 * (1 + Math.cos(3 * Math.PI / 7));
        assertEquals(third, factors[5], EXACT);
    }

    /** LinearLR(start_factor=1/5, total_iters=4) times the schedule. */
    @Test
    void warmupRisesLinearly() {
        gives(Schedule.constant().warmup(2), 2, 3, 0.2, 0.4, 0.6, 0.8, 1, 1);
        gives(Schedule.exponential(0.5).warmup(2), 2, 3, 0.2, 0.4, 0.3, 0.4, 0.25, 0.25);
        gives(Schedule.constant().warmup(0), 2, 1, 1, 1);
        gives(Schedule.constant().warmup(0.5), 2, 1, 0.5, 1);
    }

    @Test
    void senselessNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Schedule.step(0, 0.1));
        assertThrows(IllegalArgumentException.class, () -> Schedule.exponential(0));
        assertThrows(IllegalArgumentException.class, () -> Schedule.oneCycle(1, 25, 1e4));
        assertThrows(IllegalArgumentException.class, () -> Schedule.oneCycle(0.3, 0, 1e4));
        assertThrows(IllegalArgumentException.class, () -> Schedule.constant().warmup(-1));
    }

    /** The file has 9 epochs of 4 steps. PyTorch multiplies factor by factor, 36 times. */
    @Test
    void isPyTorchs() {
        isPyTorchs("multiStep", Schedule.multiStep(0.3, 1, 4, 4, 7));
        isPyTorchs("polynomial", Schedule.polynomial(0.9));
        isPyTorchs("restarts 2 1", Schedule.cosineRestarts(2, 1));
        isPyTorchs("restarts 1 2", Schedule.cosineRestarts(1, 2));
    }

    private static void isPyTorchs(String name, Schedule schedule) {
        assertArrayEquals(TorchNumbers.of(name), factors(schedule, 4, 9), 36 * EXACT, name);
    }

    @Test
    void senselessWavesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Schedule.multiStep(0.1, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> Schedule.multiStep(0, 3));
        assertThrows(IllegalArgumentException.class, () -> Schedule.polynomial(0));
        assertThrows(IllegalArgumentException.class, () -> Schedule.cosineRestarts(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Schedule.cosineRestarts(1, 0));
    }

    private static void gives(
            Schedule schedule, int stepsPerEpoch, int epochs, double... expected) {
        double[] actual = factors(schedule, stepsPerEpoch, epochs);
        assertArrayEquals(expected, Arrays.copyOf(actual, expected.length), EXACT);
    }

    private static double[] factors(Schedule schedule, int stepsPerEpoch, int epochs) {
        double[] factors = new double[stepsPerEpoch * epochs];
        Arrays.setAll(factors, k -> schedule.factor(k, stepsPerEpoch, epochs));
        return factors;
    }
}
