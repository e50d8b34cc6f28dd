package io.retrograd.operation;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A function of one number, applied to each element: {@code y = f(x)}, {@code dx = f'(x)·dy}.
 *
 * @param kind which function
 * @param alpha its parameter, where it has one: the slope of leaky ReLU below zero, ELU's and
 *     CELU's α
 */
public record ActivationSpec(Kind kind, double alpha) {
    /** Above this softplus is x itself. */
    public static final double SOFTPLUS_THRESHOLD = 20;

    /** SELU's α and factor: with them mean 0 and variance 1 are a stable fixed point. */
    public static final double SELU_ALPHA = 1.6732632423543772;

    public static final double SELU_SCALE = 1.0507009873554805;

    /**
     * The functions, with PyTorch's names and definitions, and behind the name the kinks: where a
     * derivative jumps, in ascending order, each the last number of the piece on its left.
     */
    public enum Kind {
        /** max(0, x); its derivative at 0 is 0. */
        RELU("Relu", 0),
        /** x for x &gt; 0, else α·x. */
        LEAKY_RELU("LeakyRelu", 0),
        /** x for x &gt; 0, else α·(eˣ − 1). */
        ELU("Elu", 0),
        /** 1 / (1 + e⁻ˣ). */
        SIGMOID("Sigmoid"),
        TANH("Tanh"),
        /** log(1 + eˣ), and x itself above {@link #SOFTPLUS_THRESHOLD}. */
        SOFTPLUS("Softplus", SOFTPLUS_THRESHOLD),
        /** x / (1 + |x|). */
        SOFTSIGN("Softsign", 0),
        /** x · sigmoid(x). */
        SILU("Silu"),
        /** x · Φ(x), Φ the normal distribution function, by erf and not by its approximation. */
        GELU("Gelu"),
        /** x · tanh(softplus(x)). */
        MISH("Mish"),
        /** x clamped to [−1, 1]; the derivative at the ends is 0. */
        HARDTANH("Hardtanh", -1, Math.nextDown(1.0)),
        /** x · clamp(x + 3, 0, 6) / 6. */
        HARDSWISH("Hardswish", -3, Math.nextDown(3.0)),
        /** x clamped to [0, 6]; the derivative at the ends is 0. */
        RELU6("Relu6", 0, Math.nextDown(6.0)),
        /** {@link #SELU_SCALE} times: x for x &gt; 0, else {@link #SELU_ALPHA}·(eˣ − 1). */
        SELU("Selu", 0),
        /** x for x &gt; 0, else α·(e^(x/α) − 1), α above 0. */
        CELU("Celu", 0),
        /** clamp(x + 3, 0, 6) / 6; the derivative at the ends is 0. */
        HARDSIGMOID("Hardsigmoid", -3, Math.nextDown(3.0)),
        /** log(sigmoid(x)). */
        LOGSIGMOID("Logsigmoid"),
        /** x − tanh(x). */
        TANHSHRINK("Tanhshrink"),
        /** x / 2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))). */
        GELU_TANH("Gelu");

        private final String text;
        private final double left;
        private final double right;

        Kind(String text) {
            this(text, Double.NaN);
        }

        Kind(String text, double kink) {
            this(text, kink, Double.NaN);
        }

        Kind(String text, double left, double right) {
            this.text = text;
            this.left = left;
            this.right = right;
        }

        /** For people, as in {@code LeakyRelu}. */
        public String text() {
            return text;
        }

        /** The places at which the derivative jumps. */
        public List<Double> kinks() {
            return DoubleStream.of(left, right).filter(x -> !Double.isNaN(x)).boxed().toList();
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

    /** The smooth piece of f on which x lies, counted from the left. */
    public int piece(double x) {
        return (x > kind.left ? 1 : 0) + (x > kind.right ? 1 : 0);
    }
}
