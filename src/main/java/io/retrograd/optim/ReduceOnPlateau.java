package io.retrograd.optim;

import io.retrograd.tensor.Checks;

/**
 * Lowers the learning rate when a metric, the smaller the better, stops falling: PyTorch's
 * ReduceLROnPlateau with a relative threshold. Immutable; {@link #start} gives the state of one
 * training.
 *
 * <p>An epoch is good if its metric is below {@code (1 − threshold)} times the best so far. After
 * more than {@code patience} bad ones in a row the rate is multiplied by {@code factor}; during the
 * {@code cooldown} epochs that follow, bad ones do not count.
 *
 * @param factor the factor of each reduction, in (0, 1)
 * @param patience bad epochs in a row that are tolerated
 * @param threshold the least relative improvement, in [0, 1)
 * @param cooldown epochs after a reduction in which none is counted as bad
 * @param floor the product of all factors stays at least this, in [0, 1]
 */
public record ReduceOnPlateau(
        double factor, int patience, double threshold, int cooldown, double floor) {
    public ReduceOnPlateau {
        Checks.positive("ReduceOnPlateau", "factor", factor);
        Checks.fraction("ReduceOnPlateau", "factor", factor);
        Checks.fraction("ReduceOnPlateau", "threshold", threshold);
        Checks.notNegative("ReduceOnPlateau", "patience", patience);
        Checks.notNegative("ReduceOnPlateau", "cooldown", cooldown);
        Checks.share("ReduceOnPlateau", "floor", floor);
    }

    /** By PyTorch's defaults but for these: threshold 1e-4, no cooldown, no floor. */
    public ReduceOnPlateau(double factor, int patience) {
        this(factor, patience, 1e-4, 0, 0);
    }

    /** The state before the first epoch. */
    public State start() {
        return new State(this);
    }

    /** The state that a training had when it was saved. */
    public State start(Memory memory) {
        State state = new State(this);
        state.best = memory.best();
        state.product = memory.product();
        state.bad = memory.bad();
        state.cooling = memory.cooling();
        return state;
    }

    /**
     * What a {@link State} remembers.
     *
     * @param best the lowest metric of a good epoch
     * @param product of all factors so far
     * @param bad epochs in a row
     * @param cooling epochs that do not count as bad
     */
    public record Memory(double best, double product, int bad, int cooling) {
        public Memory {
            Checks.notNegative("ReduceOnPlateau", "product", product);
            Checks.atLeast("ReduceOnPlateau", "bad epochs", 0, bad);
            Checks.atLeast("ReduceOnPlateau", "cooling epochs", 0, cooling);
        }
    }

    /** Follows one training. */
    public static final class State {
        private final ReduceOnPlateau rule;
        private double best = Double.POSITIVE_INFINITY;
        private double product = 1;
        private int bad;
        private int cooling;

        private State(ReduceOnPlateau rule) {
            this.rule = rule;
        }

        /** The product of all factors so far. */
        public double factor() {
            return product;
        }

        /** All of it, from which {@link ReduceOnPlateau#start(Memory)} makes the same again. */
        public Memory memory() {
            return new Memory(best, product, bad, cooling);
        }

        /** Takes note of an epoch's metric. */
        public void observe(double metric) {
            if (metric < best * (1 - rule.threshold())) {
                best = metric;
                bad = 0;
            } else {
                bad++;
            }
            if (cooling > 0) {
                cooling--;
                bad = 0;
            }
            if (bad > rule.patience()) {
                product = Math.max(product * rule.factor(), rule.floor());
                cooling = rule.cooldown();
                bad = 0;
            }
        }
    }
}
