package io.retrograd.backend.reference;

/**
 * A number with its derivative: {@code value + derivative·ε} with {@code ε² = 0}.
 *
 * <p>A formula evaluated on these gives its exact derivative beside its value, without anybody
 * having derived it. Source: W. K. Clifford, Preliminary sketch of biquaternions, 1873.
 */
record Dual(double value, double derivative) {
    static Dual constant(double value) {
        return new Dual(value, 0);
    }

    Dual plus(Dual o) {
        return new Dual(value + o.value, derivative + o.derivative);
    }

    Dual plus(double c) {
        return new Dual(value + c, derivative);
    }

    Dual minus(Dual o) {
        return plus(o.times(-1));
    }

    Dual times(Dual o) {
        return new Dual(value * o.value, derivative * o.value + value * o.derivative);
    }

    Dual times(double c) {
        return new Dual(value * c, derivative * c);
    }

    Dual pow(double exponent) {
        return new Dual(
                Math.pow(value, exponent), exponent * Math.pow(value, exponent - 1) * derivative);
    }

    Dual over(Dual o) {
        return times(o.pow(-1));
    }

    Dual exp() {
        return new Dual(Math.exp(value), Math.exp(value) * derivative);
    }

    Dual log() {
        return new Dual(Math.log(value), derivative / value);
    }

    /** Σ terms. */
    static Dual sum(Iterable<Dual> terms) {
        Dual sum = constant(0);
        for (Dual term : terms) {
            sum = sum.plus(term);
        }
        return sum;
    }
}
