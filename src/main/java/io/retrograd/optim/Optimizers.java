package io.retrograd.optim;

/** The optimizers by name, as {@code --optimizer} takes it. */
public enum Optimizers {
    sgd((rate, momentum, decay) -> new Sgd(rate).momentum(momentum).weightDecay(decay)),
    adam((rate, momentum, decay) -> new Adam(rate).weightDecay(decay)),
    adamw((rate, momentum, decay) -> Adam.adamW(rate).weightDecay(decay)),
    rmsprop((rate, momentum, decay) -> new RmsProp(rate).weightDecay(decay)),
    adagrad((rate, momentum, decay) -> new Adagrad(rate).weightDecay(decay)),
    adamax((rate, momentum, decay) -> new Adamax(rate).weightDecay(decay)),
    adadelta((rate, momentum, decay) -> new Adadelta(rate).weightDecay(decay)),
    nadam((rate, momentum, decay) -> new NAdam(rate).weightDecay(decay)),
    radam((rate, momentum, decay) -> new RAdam(rate).weightDecay(decay)),
    lion((rate, momentum, decay) -> new Lion(rate).weightDecay(decay)),
    lamb((rate, momentum, decay) -> new Lamb(rate).weightDecay(decay)),
    muon((rate, momentum, decay) -> new Muon(rate).weightDecay(decay));

    private interface Factory {
        Optimizer create(double rate, double momentum, double weightDecay);
    }

    @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that captures nothing
    private final Factory factory;

    Optimizers(Factory factory) {
        this.factory = factory;
    }

    /**
     * An optimizer with its defaults but for these.
     *
     * @param rate the learning rate before any schedule
     * @param momentum the momentum of SGD; the others have none, or their own
     * @param weightDecay the factor of w in the gradient, or for AdamW in the update
     */
    public Optimizer create(double rate, double momentum, double weightDecay) {
        return factory.create(rate, momentum, weightDecay);
    }
}
