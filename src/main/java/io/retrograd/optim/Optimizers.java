package io.retrograd.optim;

/** The optimizers by name, as {@code --optimizer} takes it. */
public enum Optimizers {
    sgd,
    adam,
    adamw,
    rmsprop,
    adagrad;

    /**
     * An optimizer with its defaults but for these.
     *
     * @param rate the learning rate before any schedule
     * @param momentum the momentum of SGD; the others have none, or their own
     * @param weightDecay the factor of w in the gradient, or for AdamW in the update
     */
    public Optimizer create(double rate, double momentum, double weightDecay) {
        return switch (this) {
            case sgd -> new Sgd(rate).momentum(momentum).weightDecay(weightDecay);
            case adam -> new Adam(rate).weightDecay(weightDecay);
            case adamw -> Adam.adamW(rate).weightDecay(weightDecay);
            case rmsprop -> new RmsProp(rate).weightDecay(weightDecay);
            case adagrad -> new Adagrad(rate).weightDecay(weightDecay);
        };
    }
}
