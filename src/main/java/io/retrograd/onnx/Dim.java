package io.retrograd.onnx;

/**
 * A whole number that may grow with the batch: {@code fixed + perSample·N}, for each N of at least
 * 1.
 */
record Dim(long fixed, long perSample) {
    static final Dim BATCH = new Dim(0, 1);

    static Dim of(long fixed) {
        return new Dim(fixed, 0);
    }

    /** The number that is {@code one} for a batch of 1 sample, and {@code two} for one of 2. */
    static Dim through(long one, long two) {
        return new Dim(2 * one - two, two - one);
    }

    boolean constant() {
        return perSample == 0;
    }

    /** Whether it is some number of times N. */
    boolean batch() {
        return fixed == 0 && perSample != 0;
    }

    /** The number for this N. */
    long at(long n) {
        return Math.addExact(fixed, Math.multiplyExact(perSample, n));
    }

    /** The number, which must not depend on N. */
    long value() {
        if (!constant()) {
            throw new UnsupportedException("a number that depends on the batch");
        }
        return fixed;
    }

    /** The number as an {@code int}, which must not depend on N. */
    int size() {
        return Math.toIntExact(value());
    }

    Dim plus(Dim other) {
        return new Dim(
                Math.addExact(fixed, other.fixed), Math.addExact(perSample, other.perSample));
    }

    Dim minus(Dim other) {
        return new Dim(
                Math.subtractExact(fixed, other.fixed),
                Math.subtractExact(perSample, other.perSample));
    }

    Dim times(Dim other) {
        if (!constant() && !other.constant()) {
            throw new UnsupportedException("a product of sizes that depend on the batch");
        }
        long rest =
                Math.addExact(
                        Math.multiplyExact(fixed, other.perSample),
                        Math.multiplyExact(perSample, other.fixed));
        return new Dim(Math.multiplyExact(fixed, other.fixed), rest);
    }

    /** Rounded towards zero; where it depends on N, only what divides without a rest. */
    Dim over(Dim other) {
        if (equals(other)) {
            return of(1);
        }
        if (batch() && other.batch()) {
            return exact(perSample, other.perSample);
        }
        if (other.value() == 0) {
            throw new IllegalArgumentException("expected a divisor, got 0");
        }
        if (constant()) {
            return of(fixed / other.fixed);
        }
        return new Dim(exact(fixed, other.fixed).fixed, exact(perSample, other.fixed).fixed);
    }

    private static Dim exact(long a, long b) {
        if (a % b != 0) {
            throw new UnsupportedException("a size that depends on the batch, rounded");
        }
        return of(a / b);
    }

    /** Whether they are equal for each N. */
    boolean same(Dim other) {
        Dim difference = minus(other);
        if (difference.constant()) {
            return difference.fixed == 0;
        }
        boolean never = (difference.fixed >= 0) == (difference.perSample > 0);
        if (!never) {
            throw new UnsupportedException("a comparison that depends on the batch");
        }
        return false;
    }

    /** Whether it is the smaller one for each N. */
    boolean less(Dim other) {
        Dim difference = minus(other);
        boolean first = difference.at(1) < 0;
        boolean grows = difference.perSample > 0;
        if (!difference.constant() && first == grows) {
            throw new UnsupportedException("a comparison that depends on the batch");
        }
        return first;
    }

    @Override
    public String toString() {
        if (constant()) {
            return Long.toString(fixed);
        }
        String batch = perSample == 1 ? "N" : perSample + "·N";
        return fixed == 0 ? batch : batch + (fixed > 0 ? "+" : "") + fixed;
    }
}
