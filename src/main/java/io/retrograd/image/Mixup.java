package io.retrograd.image;

import io.retrograd.tensor.Draw;

/**
 * Mixes each sample with another one, and their labels alike: {@code λx + (1 − λ)x'} with λ from
 * Beta(α, α), drawn for each sample. Targets are then probabilities.
 *
 * <p>Source: H. Zhang et al., mixup: beyond empirical risk minimization, ICLR 2018.
 *
 * @param alpha α, in (0, 1]: the smaller, the less most samples are mixed
 */
public record Mixup(double alpha) implements Transform {
    private static final double DEFAULT = 0.2;

    /** After the numbers of all picture transforms. */
    private static final int FIRST = 1 << 20;

    private static final int TRIES = 1 << 10;

    public Mixup {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("Mixup: expected alpha in (0, 1], got " + alpha);
        }
    }

    /** With α = 0.2. */
    public Mixup() {
        this(DEFAULT);
    }

    /** The sample that another one is mixed with, of {@code size}. */
    public int partner(Draw draw, int size) {
        return draw.below(FIRST, size);
    }

    /**
     * λ, the share of the sample itself, by Jöhnk: uniforms {@code u}, {@code v} with {@code
     * u^(1/α) + v^(1/α) ≤ 1} give {@code u^(1/α)} over that sum.
     */
    public double share(Draw draw) {
        for (int i = 0; i < TRIES; i++) {
            double x = Math.log(1 - draw.uniform(FIRST + 2 * i + 1)) / alpha;
            double y = Math.log(1 - draw.uniform(FIRST + 2 * i + 2)) / alpha;
            if (Math.exp(x) + Math.exp(y) <= 1) {
                return 1 / (1 + Math.exp(y - x));
            }
        }
        return 1;
    }
}
