package io.retrograd.backend;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;

/**
 * The change that an optimizer, a penalty or a clipping makes to parameters or gradients, as a
 * value.
 *
 * <p>g is a gradient, w its parameter, t the number of the step from 1 on, lr the learning rate.
 */
public sealed interface UpdateRule {
    /**
     * Has a backend make it for some of a model's parameters. Where the rule has a weight decay,
     * each has the {@linkplain Selection.Treatment one of its own} in its place, and lr is times
     * its factor.
     */
    Update make(Updates on, Selection parameters);

    /** The weight decay of parameters that have none of their own; 0 for rules without any. */
    default double weightDecay() {
        return 0;
    }

    /** The most numbers that a backend keeps of each parameter for it. */
    default int slots() {
        return 0;
    }

    /**
     * Stochastic gradient descent as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w
     *   v ← momentum·v + (1 − dampening)·g        (v ← g in the first step)
     *   g ← nesterov ? g + momentum·v : v          (where momentum is not 0)
     *   w ← w − lr·g
     * </pre>
     */
    record Sgd(double momentum, double dampening, boolean nesterov, double weightDecay)
            implements UpdateRule {
        public Sgd {
            Checks.notNegative("Sgd", "momentum", momentum);
            Checks.finite("Sgd", "dampening", dampening);
            Checks.notNegative("Sgd", "weight decay", weightDecay);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException(
                        "Sgd: Nesterov needs momentum above 0 and no dampening, got momentum "
                                + momentum
                                + " and dampening "
                                + dampening);
            }
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.sgd(this, parameters);
        }

        @Override
        public int slots() {
            return momentum == 0 ? 0 : 1;
        }
    }

    /**
     * Adam, and with {@code decoupled} AdamW.
     *
     * <pre>
     *   g ← g + weightDecay·w                      (Adam)
     *   w ← w − lr·weightDecay·w                   (AdamW)
     *   m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
     *   w ← w − lr / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + eps)
     * </pre>
     *
     * With {@code amsgrad} the largest v so far stands in the last line. Sources: D. P. Kingma, J.
     * Ba, Adam, ICLR 2015; I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR
     * 2019.
     */
    record Adam(
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            boolean amsgrad,
            boolean decoupled)
            implements UpdateRule {
        public Adam {
            Checks.fraction("Adam", "beta1", beta1);
            Checks.fraction("Adam", "beta2", beta2);
            Checks.notNegative("Adam", "eps", eps);
            Checks.notNegative("Adam", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.adam(this, parameters);
        }

        @Override
        public int slots() {
            return amsgrad ? 3 : 2;
        }
    }

    /**
     * RMSProp as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w
     *   s ← α·s + (1 − α)·g²       a ← α·a + (1 − α)·g      (a only where centered)
     *   d ← √(s − a²) + eps        (√s + eps where not centered)
     *   b ← momentum·b + g / d     w ← w − lr·b             (w ← w − lr·g / d without momentum)
     * </pre>
     */
    record RmsProp(double alpha, double eps, double weightDecay, double momentum, boolean centered)
            implements UpdateRule {
        public RmsProp {
            Checks.notNegative("RmsProp", "alpha", alpha);
            Checks.notNegative("RmsProp", "eps", eps);
            Checks.notNegative("RmsProp", "weight decay", weightDecay);
            Checks.notNegative("RmsProp", "momentum", momentum);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.rmsProp(this, parameters);
        }

        @Override
        public int slots() {
            return 3;
        }
    }

    /**
     * Adagrad as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w     s ← s + g²     w ← w − lr / (1 + (t − 1)·lrDecay)·g / (√s + eps)
     * </pre>
     *
     * Source: J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12, 2011.
     */
    record Adagrad(double lrDecay, double eps, double weightDecay) implements UpdateRule {
        public Adagrad {
            Checks.notNegative("Adagrad", "lr decay", lrDecay);
            Checks.notNegative("Adagrad", "eps", eps);
            Checks.notNegative("Adagrad", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.adagrad(this, parameters);
        }

        @Override
        public int slots() {
            return 1;
        }
    }

    /**
     * Adamax as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w
     *   m ← β₁·m + (1 − β₁)·g      u ← max(β₂·u, |g| + eps)
     *   w ← w − lr / (1 − β₁ᵗ)·m / u
     * </pre>
     *
     * Source: D. P. Kingma, J. Ba, Adam, ICLR 2015, section 7.1.
     */
    record Adamax(double beta1, double beta2, double eps, double weightDecay)
            implements UpdateRule {
        public Adamax {
            Checks.fraction("Adamax", "beta1", beta1);
            Checks.fraction("Adamax", "beta2", beta2);
            Checks.notNegative("Adamax", "eps", eps);
            Checks.notNegative("Adamax", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.adamax(this, parameters);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /**
     * Adadelta as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w
     *   s ← ρ·s + (1 − ρ)·g²       d ← √(a + eps) / √(s + eps)·g
     *   a ← ρ·a + (1 − ρ)·d²       w ← w − lr·d
     * </pre>
     *
     * Source: M. D. Zeiler, ADADELTA, 2012.
     */
    record Adadelta(double rho, double eps, double weightDecay) implements UpdateRule {
        public Adadelta {
            Checks.share("Adadelta", "rho", rho);
            Checks.notNegative("Adadelta", "eps", eps);
            Checks.notNegative("Adadelta", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.adadelta(this, parameters);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /**
     * NAdam as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w       (w ← w − lr·weightDecay·w where decoupled)
     *   m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
     *   μᵢ = β₁·(1 − 0.96^(i·momentumDecay) / 2)      Πᵢ = μ₁·...·μᵢ
     *   n ← (1 − μₜ) / (1 − Πₜ)·g + μₜ₊₁ / (1 − Πₜ₊₁)·m
     *   w ← w − lr·n / (√(v / (1 − β₂ᵗ)) + eps)
     * </pre>
     *
     * Source: T. Dozat, Incorporating Nesterov momentum into Adam, ICLR 2016 workshop.
     */
    record NAdam(
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            double momentumDecay,
            boolean decoupled)
            implements UpdateRule {
        public NAdam {
            Checks.fraction("NAdam", "beta1", beta1);
            Checks.fraction("NAdam", "beta2", beta2);
            Checks.notNegative("NAdam", "eps", eps);
            Checks.notNegative("NAdam", "weight decay", weightDecay);
            Checks.notNegative("NAdam", "momentum decay", momentumDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.nadam(this, parameters);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /**
     * RAdam as PyTorch defines it.
     *
     * <pre>
     *   g ← g + weightDecay·w       (w ← w − lr·weightDecay·w where decoupled)
     *   m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
     *   ρ∞ = 2 / (1 − β₂) − 1       ρ = ρ∞ − 2·t·β₂ᵗ / (1 − β₂ᵗ)
     *   r = √((ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ))
     *   w ← w − lr / (1 − β₁ᵗ)·m·r·√(1 − β₂ᵗ) / (√v + eps)      (where ρ > 5)
     *   w ← w − lr / (1 − β₁ᵗ)·m                                  (else)
     * </pre>
     *
     * Source: L. Liu et al., On the variance of the adaptive learning rate and beyond, ICLR 2020.
     */
    record RAdam(double beta1, double beta2, double eps, double weightDecay, boolean decoupled)
            implements UpdateRule {
        public RAdam {
            Checks.fraction("RAdam", "beta1", beta1);
            Checks.fraction("RAdam", "beta2", beta2);
            Checks.notNegative("RAdam", "eps", eps);
            Checks.notNegative("RAdam", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.radam(this, parameters);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /**
     * Lion.
     *
     * <pre>
     *   w ← w − lr·(sign(β₁·m + (1 − β₁)·g) + weightDecay·w)
     *   m ← β₂·m + (1 − β₂)·g
     * </pre>
     *
     * with sign(0) = 0. Source: X. Chen et al., Symbolic discovery of optimization algorithms,
     * NeurIPS 2023, program 1.
     */
    record Lion(double beta1, double beta2, double weightDecay) implements UpdateRule {
        public Lion {
            Checks.fraction("Lion", "beta1", beta1);
            Checks.fraction("Lion", "beta2", beta2);
            Checks.notNegative("Lion", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.lion(this, parameters);
        }

        @Override
        public int slots() {
            return 1;
        }
    }

    /**
     * LAMB, with the norms of each parameter.
     *
     * <pre>
     *   m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
     *   u ← m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + eps) + weightDecay·w
     *   w ← w − lr·‖w‖ / ‖u‖·u      (w ← w − lr·u where either norm is 0)
     * </pre>
     *
     * Source: Y. You et al., Large batch optimization for deep learning, ICLR 2020, algorithm 2
     * with φ(z) = z.
     */
    record Lamb(double beta1, double beta2, double eps, double weightDecay) implements UpdateRule {
        public Lamb {
            Checks.fraction("Lamb", "beta1", beta1);
            Checks.fraction("Lamb", "beta2", beta2);
            Checks.notNegative("Lamb", "eps", eps);
            Checks.notNegative("Lamb", "weight decay", weightDecay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.lamb(this, parameters);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /**
     * Muon, of weights as matrices (K, everything behind K): parameters of rank 2 and above.
     *
     * <pre>
     *   m ← momentum·m + (1 − momentum)·g
     *   u ← nesterov ? momentum·m + (1 − momentum)·g : m
     *   X ← u / max(‖u‖, 10⁻⁷)
     *   X ← (3.4445·1 − 4.775·XXᵀ + 2.0315·(XXᵀ)²)·X        (steps times)
     *   w ← w − lr·weightDecay·w − lr·scale·X
     * </pre>
     *
     * The iteration drives every singular value of X towards 1, to 0.7 to 1.2 where it is not tiny.
     * Products are in the parameters' own precision, whatever the backend's factors are rounded to.
     * Source: K. Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024.
     */
    record Muon(double momentum, boolean nesterov, double weightDecay, int steps, MuonScale scale)
            implements UpdateRule {
        /** Coefficients of X, XXᵀX and XXᵀXXᵀX. */
        public static final double A = 3.4445;

        public static final double B = -4.775;
        public static final double C = 2.0315;

        /** The least norm that u is divided by. */
        public static final double EPS = 1e-7;

        private static final int MOST_STEPS = 99;

        public Muon {
            Checks.fraction("Muon", "momentum", momentum);
            Checks.notNegative("Muon", "weight decay", weightDecay);
            Checks.atLeast("Muon", "steps", 1, steps);
            if (steps > MOST_STEPS) {
                throw new IllegalArgumentException(
                        "Muon: steps must be at most " + MOST_STEPS + ", got " + steps);
            }
        }

        /** Has the factors of rates, and so the decays beside them, include the scale. */
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.muon(
                    this,
                    parameters.with(
                            (w, treatment) -> {
                                double factor = scale.factor(rows(w.shape()), columns(w.shape()));
                                return new Selection.Treatment(
                                        treatment.rate() * factor,
                                        treatment.weightDecay() / factor);
                            }));
        }

        @Override
        public int slots() {
            return 2;
        }

        /**
         * K.
         *
         * @throws IllegalArgumentException if the rank is below 2
         */
        public static int rows(Shape weight) {
            if (weight.rank() < 2) {
                throw new IllegalArgumentException(
                        "Muon: expected weights of rank 2 and above, got " + weight);
            }
            return weight.dim(0);
        }

        /** The product of all dimensions behind K. */
        public static int columns(Shape weight) {
            return Math.toIntExact(weight.size() / rows(weight));
        }
    }

    /**
     * Adds up the gradients of a window of batches. In the batch of number n of its window, from 1:
     * {@code s ← n = 1 ? dw : s + dw}.
     */
    record Accumulate() implements UpdateRule {
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.accumulate(this, parameters.untreated());
        }

        @Override
        public int slots() {
            return 1;
        }
    }

    /**
     * Ends a window of n batches with the mean of their gradients, in the place of the last: {@code
     * dw ← n = 1 ? dw : (s + dw) / n}, with s of {@link Accumulate}.
     */
    record Collect() implements UpdateRule {
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.collect(this, parameters.untreated());
        }

        @Override
        public int slots() {
            return 1;
        }
    }

    /**
     * Exponential moving average of parameters, beside them.
     *
     * <pre>
     *   d = warmUp ? min(decay, (1 + t) / (10 + t)) : decay
     *   a ← t = 1 ? w : d·a + (1 − d)·w
     * </pre>
     */
    record Average(double decay, boolean warmUp) implements UpdateRule {
        /** The name of its memory. */
        public static final String SLOT = "average";

        public Average {
            Checks.fraction("Average", "decay", decay);
        }

        @Override
        public Update make(Updates on, Selection parameters) {
            return on.average(this, parameters.untreated());
        }

        @Override
        public int slots() {
            return 1;
        }

        /** What is kept of a after step t. */
        public double kept(double t) {
            return t == 1 ? 0 : warmUp ? Math.min(decay, (1 + t) / (10 + t)) : decay;
        }
    }

    /**
     * Adds the gradient of {@code l1·Σ|w| + l2/2·Σw²} over all weights (rank 2 and above): {@code
     * dw ← dw + l1·sign(w) + l2·w}, with sign(0) = 0.
     */
    record Penalty(double l1, double l2) implements UpdateRule {
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.penalty(this, parameters);
        }
    }

    /**
     * Scales all gradients by {@code min(1, maxNorm / (norm + 1e-6))}, with norm √(Σ dw²) over all
     * parameters. Where the sum overflows, all gradients become NaN, not 0.
     */
    record ClipNorm(double maxNorm) implements UpdateRule {
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.clipNorm(this, parameters);
        }
    }

    /** Clamps every gradient element to [−limit, limit]. */
    record ClipValue(double limit) implements UpdateRule {
        @Override
        public Update make(Updates on, Selection parameters) {
            return on.clipValue(this, parameters);
        }
    }
}
