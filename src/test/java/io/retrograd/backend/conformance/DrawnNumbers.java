package io.retrograd.backend.conformance;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.Random;

/** Numbers that a device of some precision has, too. */
final class DrawnNumbers {
    private DrawnNumbers() {}

    /** Whole ones up to the largest, of either sign. */
    static double[] integers(Random random, Shape shape, int largest) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> random.nextInt(2 * largest + 1) - largest);
        return values;
    }

    /** Uniform in (-1, 1), multiples of epsilon. */
    static double[] fractions(Random random, Shape shape, double epsilon) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> Math.rint((2 * random.nextDouble() - 1) / epsilon) * epsilon);
        return values;
    }

    /** Sequences of tokens, which end in padding if there is one: the second after one token. */
    static double[] tokens(Random random, Shape shape, TokenIds tokens) {
        int steps = shape.dim(shape.rank() - 1);
        double[] x = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(x, i -> random.nextInt(tokens.count()));
        for (int n = 0; tokens.padding() >= 0 && n < shape.dim(0); n++) {
            int length = n == 0 ? steps : n == 1 ? 1 : 1 + random.nextInt(steps);
            x[n * steps + length - 1] = (tokens.padding() + 1) % tokens.count();
            Arrays.fill(x, n * steps + length, (n + 1) * steps, tokens.padding());
        }
        return x;
    }

    /** These times a factor, rounded to this precision. */
    static double[] scaled(double[] values, double factor, double epsilon) {
        return rounded(Arrays.stream(values).map(v -> v * factor).toArray(), epsilon);
    }

    /** The nearest numbers of this precision. */
    static double[] rounded(double[] values, double epsilon) {
        return Arrays.stream(values)
                .map(
                        value -> {
                            double unit = Math.scalb(epsilon, Math.getExponent(value));
                            return Double.isFinite(value) && unit > 0
                                    ? Math.rint(value / unit) * unit
                                    : value;
                        })
                .toArray();
    }

    /** Whether they are numbers of this precision. */
    static boolean fits(double[] values, double epsilon) {
        return Arrays.equals(rounded(values, epsilon), values);
    }
}
