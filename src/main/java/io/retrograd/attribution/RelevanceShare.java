package io.retrograd.attribution;

import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;

/**
 * Hands a layer's output on, and divides its gradient among what it was made of: behind it a
 * gradient times the output is a relevance, before it a gradient times a part is that part's share.
 */
final class RelevanceShare {
    private final String name;
    private final Custom.Backward backward;
    private final int samples;

    private RelevanceShare(String name, int samples, Custom.Backward backward) {
        this.name = name;
        this.samples = samples;
        this.backward = backward;
    }

    /**
     * Of one part, the output itself: {@code dx = dy·y / (y + ε·rms(y)·sign y)}.
     *
     * @param epsilon the share of the root of the outputs' mean square
     */
    static RelevanceShare ofEpsilon(double epsilon) {
        return new RelevanceShare(
                "epsilon rule",
                1,
                (x, y, dy, dx) -> {
                    double squares = Numbers.sum(Numbers.product(y, y));
                    double added = epsilon * Math.sqrt(squares / y.length);
                    for (int i = 0; i < dx.length; i++) {
                        double size = Math.abs(y[i]) + added;
                        dx[i] = size == 0 ? 0 : dy[i] * Math.abs(y[i]) / size;
                    }
                });
    }

    /**
     * Of z⁺, z⁻ where β is above 0, and y, beside each other in each sample. Without β an output
     * that has no positive contribution is shared among all contributions.
     */
    static RelevanceShare ofSigns(double alpha, double beta, int samples) {
        int parts = beta == 0 ? 2 : 3;
        return new RelevanceShare(
                "alpha-beta rule",
                samples,
                (x, y, dy, dx) -> {
                    int size = y.length / samples;
                    for (int i = 0; i < y.length; i++) {
                        int at = i / size * size * parts + i % size;
                        double relevance = dy[i] * y[i];
                        double plus = x[at];
                        double minus = parts == 3 ? x[at + size] : 0;
                        double a = minus == 0 ? 1 : alpha;
                        double b = plus == 0 ? -1 : beta;
                        dx[at] = plus == 0 ? 0 : a * relevance / plus;
                        if (parts == 3) {
                            dx[at + size] = minus == 0 ? 0 : -b * relevance / minus;
                        }
                        boolean none = plus == 0 && parts == 2;
                        dx[at + (parts - 1) * size] = none ? dy[i] : 0;
                    }
                });
    }

    /**
     * The layer.
     *
     * @param parts beside each other along dimension 1, the last of which it hands on
     */
    Layer layer(int parts) {
        return Custom.of(
                name,
                shape -> output(shape, parts),
                (x, y) -> {
                    int size = y.length / samples;
                    for (int n = 0; n < samples; n++) {
                        int from = ((n + 1) * parts - 1) * size;
                        System.arraycopy(x, from, y, n * size, size);
                    }
                },
                backward);
    }

    private static Shape output(Shape shape, int parts) {
        return shape.with(1, shape.dim(1) / parts);
    }
}
