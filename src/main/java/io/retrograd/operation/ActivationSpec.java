package io.retrograd.operation;

/**
 * A function of one number, applied to each element: {@code y = f(x)}, {@code dx = f'(x)·dy}.
 *
 * @param kind which function
 * @param alpha its parameter, where it has one: the slope of leaky ReLU below zero, ELU's α
 */
public record ActivationSpec(Kind kind, double alpha) {
    /** Above this softplus is x itself. */
    public static final double SOFTPLUS_THRESHOLD = 20;

    /** The functions, with PyTorch's names and definitions. */
    public enum Kind {
        /** max(0, x); its derivative at 0 is 0. */
        RELU("Relu"),
        /** x for x &gt; 0, else α·x. */
        LEAKY_RELU("LeakyRelu"),
        /** x for x &gt; 0, else α·(eˣ − 1). */
        ELU("Elu"),
        /** 1 / (1 + e⁻ˣ). */
        SIGMOID("Sigmoid"),
        TANH("Tanh"),
        /** log(1 + eˣ), and x itself above {@link #SOFTPLUS_THRESHOLD}. */
        SOFTPLUS("Softplus"),
        /** x / (1 + |x|). */
        SOFTSIGN("Softsign"),
        /** x · sigmoid(x). */
        SILU("Silu"),
        /** x · Φ(x), Φ the normal distribution function, by erf and not by its approximation. */
        GELU("Gelu"),
        /** x · tanh(softplus(x)). */
        MISH("Mish"),
        /** x clamped to [−1, 1]; the derivative at the ends is 0. */
        HARDTANH("Hardtanh"),
        /** x · clamp(x + 3, 0, 6) / 6. */
        HARDSWISH("Hardswish");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** For people, as in {@code LeakyRelu}. */
        public String text() {
            return text;
        }
    }

    public ActivationSpec {
        if (!Double.isFinite(alpha)) {
            throw new IllegalArgumentException(
                    kind + ": expected a finite parameter, got " + alpha);
        }
    }

    public static ActivationSpec of(Kind kind) {
        return new ActivationSpec(kind, 0);
    }

    /** Which smooth piece of f, counted from the left, x lies on. */
    public int piece(double x) {
        return switch (kind) {
            case RELU, LEAKY_RELU, ELU, SOFTSIGN -> x > 0 ? 1 : 0;
            case SOFTPLUS -> x > SOFTPLUS_THRESHOLD ? 1 : 0;
            case HARDTANH -> x <= -1 ? 0 : x < 1 ? 1 : 2;
            case HARDSWISH -> x <= -3 ? 0 : x < 3 ? 1 : 2;
            case SIGMOID, TANH, SILU, GELU, MISH -> 0;
        };
    }
}
