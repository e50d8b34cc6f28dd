package io.retrograd.gradcheck;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;

/**
 * The error that results may have beyond that of sums of their own size: from terms that cancel,
 * and on a device of few digits from what rounding turns.
 *
 * @param noise of the results in float64
 * @param growth by how much more the device rounds than float64 does, in standard deviations
 * @param lost what the device may lose of sums whose terms are too small for it
 * @param rounded what rounding may do to results; none for a device that rounds only sums
 */
record Allowance(ResultNoise noise, double growth, double lost, RoundedRuns rounded) {
    /** Standard deviations of noise that a result may be off by, as λ of sums. */
    private static final double COVERAGE = 8;

    /** The allowance of a subject for what the reference computes, noise having been measured. */
    static Allowance of(Subject subject, ResultNoise noise, RoundedRuns rounded) {
        DType sums = subject.parameters().backend().parameterDType();
        double smallest = sums == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        return new Allowance(
                noise,
                COVERAGE * sums.epsilon() / Math.ulp(1.0),
                smallest * subject.terms(),
                rounded);
    }

    /** The allowance of a device whose own noise has been measured. */
    static Allowance ofOwn(ResultNoise noise) {
        return new Allowance(noise, COVERAGE, /* lost= */ 0, RoundedRuns.NONE);
    }

    /** Of an element of the output. */
    double ofOutput() {
        return sumsOfOutput() + rounded.ofOutput();
    }

    /** Of an element of a variable's gradient or of a running statistic. */
    double of(Tensor tensor) {
        return sumsOf(tensor) + rounded.of(tensor);
    }

    /** Of the derivative along a direction of a variable. */
    double of(Tensor variable, Probe probe) {
        return sumsOf(variable) * probe.length() + rounded.of(variable, probe);
    }

    /** Of an element of the output, from the rounding of sums alone. */
    double sumsOfOutput() {
        return growth * noise.ofOutput() + lost;
    }

    /** Of an element of a gradient or a statistic, from the rounding of sums alone. */
    double sumsOf(Tensor tensor) {
        return growth * noise.of(tensor) + lost;
    }
}
