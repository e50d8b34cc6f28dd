package io.retrograd.optim;

import io.retrograd.tensor.Checks;
import java.util.Arrays;

/**
 * The course of the learning rate in a training: a factor of the optimizer's, as a pure function of
 * the step.
 *
 * <p>In the formulas k is the number of steps done, S the steps an epoch, T = S·epochs all steps,
 * and e = ⌊k/S⌋ the number of epochs done.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * The factor of the next step.
     *
     * @param step steps done, from 0 to stepsPerEpoch·epochs − 1
     */
    double factor(long step, long stepsPerEpoch, int epochs);

    /** Always 1. */
    static Schedule constant() {
        return new NamedSchedule("constant", (step, stepsPerEpoch, epochs) -> 1);
    }

    /** {@code γ^⌊e / every⌋}: PyTorch's StepLR, stepped once an epoch. */
    static Schedule step(int every, double gamma) {
        Checks.atLeast("Schedule", "epochs of a step", 1, every);
        Checks.positive("Schedule", "gamma", gamma);
        return new NamedSchedule(
                "step(" + every + ", " + gamma + ")",
                (step, stepsPerEpoch, epochs) -> {
                    long reductions = step / stepsPerEpoch / every;
                    return Math.pow(gamma, (double) reductions);
                });
    }

    /** {@code γ^e}: PyTorch's ExponentialLR, stepped once an epoch. */
    static Schedule exponential(double gamma) {
        return step(1, gamma);
    }

    /**
     * {@code (1 + cos(π·k/T)) / 2}: PyTorch's CosineAnnealingLR, stepped once a step.
     *
     * <p>Source: I. Loshchilov, F. Hutter, SGDR, ICLR 2017.
     */
    static Schedule cosine() {
        return new NamedSchedule(
                "cosine",
                (step, stepsPerEpoch, epochs) ->
                        anneal(1, 0, step / ((double) stepsPerEpoch * epochs)));
    }

    /**
     * {@code γ^n}, n the number of milestones that are at most e: PyTorch's MultiStepLR, stepped
     * once an epoch.
     *
     * @param milestones epochs, at least 1, in ascending order
     */
    static Schedule multiStep(double gamma, int... milestones) {
        Checks.positive("Schedule", "gamma", gamma);
        int[] epochsOfSteps = milestones.clone();
        for (int i = 0; i < epochsOfSteps.length; i++) {
            int least = i == 0 ? 1 : epochsOfSteps[i - 1];
            Checks.atLeast("Schedule", "milestone " + (i + 1), least, epochsOfSteps[i]);
        }
        return new NamedSchedule(
                "multiStep(" + gamma + ", " + Arrays.toString(epochsOfSteps) + ")",
                (step, stepsPerEpoch, epochs) -> {
                    long epoch = step / stepsPerEpoch;
                    long passed = Arrays.stream(epochsOfSteps).filter(it -> it <= epoch).count();
                    return Math.pow(gamma, (double) passed);
                });
    }

    /** {@code (1 − k/T)^power}: PyTorch's PolynomialLR, stepped once a step. */
    static Schedule polynomial(double power) {
        Checks.positive("Schedule", "power", power);
        return new NamedSchedule(
                "polynomial(" + power + ")",
                (step, stepsPerEpoch, epochs) ->
                        Math.pow(1 - step / ((double) stepsPerEpoch * epochs), power));
    }

    /**
     * Half a cosine wave from 1 to 0 over and over: PyTorch's CosineAnnealingWarmRestarts, stepped
     * once a step by fractions of an epoch.
     *
     * <p>Source: I. Loshchilov, F. Hutter, SGDR, ICLR 2017.
     *
     * @param first epochs of the first wave, at least 1
     * @param multiplier how many times as long as the one before each other wave is, at least 1
     */
    static Schedule cosineRestarts(int first, int multiplier) {
        Checks.atLeast("Schedule", "epochs of a wave", 1, first);
        Checks.atLeast("Schedule", "multiplier", 1, multiplier);
        return new NamedSchedule(
                "cosineRestarts(" + first + ", " + multiplier + ")",
                (step, stepsPerEpoch, epochs) -> {
                    double into = step / (double) stepsPerEpoch;
                    double wave = first;
                    while (into >= wave) {
                        into -= wave;
                        wave *= multiplier;
                    }
                    return anneal(1, 0, into / wave);
                });
    }

    /** {@link #oneCycle(double, double, double)} with PyTorch's 0.3, 25 and 10⁴. */
    static Schedule oneCycle() {
        return oneCycle(0.3, 25, 1e4);
    }

    /**
     * Up and down once: PyTorch's OneCycleLR, whose largest rate is the optimizer's.
     *
     * <pre>
     *   a = peak·T − 1                        the step of the peak
     *   k ≤ a:  from 1/start up to 1,         f(k / a)
     *   k > a:  down to 1/(start·end),        f((k − a) / (T − 1 − a))
     *   with f half a cosine wave
     * </pre>
     *
     * Source: L. N. Smith, N. Topin, Super-convergence, 2018.
     *
     * @param peak the share of all steps that goes up, in (0, 1)
     * @param start the first factor is 1/start
     * @param end the last factor is 1/(start·end)
     */
    static Schedule oneCycle(double peak, double start, double end) {
        if (!(peak > 0 && peak < 1)) {
            throw new IllegalArgumentException(
                    "Schedule: the peak must lie between 0 and 1, got " + peak);
        }
        Checks.positive("Schedule", "start divisor", start);
        Checks.positive("Schedule", "end divisor", end);
        return new NamedSchedule(
                "oneCycle(" + peak + ", " + start + ", " + end + ")",
                (step, stepsPerEpoch, epochs) -> {
                    double last = (double) stepsPerEpoch * epochs - 1;
                    double top = peak * (last + 1) - 1;
                    if (step <= top) {
                        return anneal(1 / start, 1, top == 0 ? 1 : step / top);
                    }
                    return anneal(1, 1 / (start * end), (step - top) / (last - top));
                });
    }

    /**
     * This schedule, times {@code min(1, (k + 1) / (W + 1))} with W = warmupEpochs·S: PyTorch's
     * LinearLR with start factor 1/(W + 1), chained.
     *
     * @param warmupEpochs how long the rate rises, at least 0; may be a fraction
     */
    default Schedule warmup(double warmupEpochs) {
        Checks.notNegative("Schedule", "warm-up", warmupEpochs);
        return new NamedSchedule(
                this + ", warmup(" + warmupEpochs + ")",
                (step, stepsPerEpoch, epochs) ->
                        factor(step, stepsPerEpoch, epochs)
                                * Math.min(1, (step + 1) / (warmupEpochs * stepsPerEpoch + 1)));
    }

    /** Half a cosine wave from {@code from} at share 0 to {@code to} at share 1. */
    private static double anneal(double from, double to, double share) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
    }
}
