package io.retrograd.cli;

import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to train; what is not given comes from the data set's {@link Recipe}. */
final class TrainingOptions {
    /** The optimizers by name. */
    enum OptimizerKind {
        sgd,
        adam,
        adamw,
        rmsprop,
        adagrad
    }

    /** The schedules by name. */
    enum ScheduleKind {
        constant,
        step,
        exponential,
        cosine,
        one_cycle,
        plateau
    }

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
    @Nullable Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Images a step.")
    @Nullable Integer batch;

    @Option(
            names = "--lr",
            paramLabel = "X",
            description = "Learning rate, the highest of a schedule.")
    @Nullable Double learningRate;

    @Option(names = "--optimizer", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    @Nullable OptimizerKind optimizer;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0.9",
            description = "Of sgd. Default: ${DEFAULT-VALUE}.")
    double momentum = 0.9;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "0",
            description = "Of the optimizer. Default: ${DEFAULT-VALUE}.")
    double weightDecay;

    @Option(names = "--schedule", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    @Nullable ScheduleKind schedule;

    @Option(
            names = "--warm-up",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description =
                    "Raise the learning rate from 0 over this many. Default: ${DEFAULT-VALUE}.")
    double warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of first values, order, shifts and dropout. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--l1",
            paramLabel = "X",
            defaultValue = "0",
            description = "Penalty X * sum |w| over weights. Default: ${DEFAULT-VALUE}.")
    double l1;

    @Option(
            names = "--l2",
            paramLabel = "X",
            defaultValue = "0",
            description = "Penalty X/2 * sum w^2 over weights. Default: ${DEFAULT-VALUE}.")
    double l2;

    @Option(names = "--clip-norm", paramLabel = "X", description = "Scale gradients to this norm.")
    @Nullable Double clipNorm;

    @Option(names = "--clip-value", paramLabel = "X", description = "Clamp gradients to [-X, X].")
    @Nullable Double clipValue;

    @Option(
            names = "--label-smoothing",
            paramLabel = "X",
            description = "Share of each label that is spread over all classes.")
    @Nullable Double labelSmoothing;

    @Option(
            names = "--early-stop",
            paramLabel = "EPOCHS",
            description = "Stop when the training loss has not fallen for so many.")
    @Nullable Integer earlyStop;

    @Option(
            names = "--no-augment",
            description = "Train on the images as they are, without random shifts.")
    boolean noAugment;

    /** The optimizer that was asked for, or the recipe's. */
    Optimizer optimizer(Recipe recipe) {
        double rate = learningRate == null ? recipe.learningRate() : learningRate;
        return switch (optimizer == null ? recipe.optimizer() : optimizer) {
            case sgd -> new Sgd(rate).momentum(momentum).weightDecay(weightDecay);
            case adam -> new Adam(rate).weightDecay(weightDecay);
            case adamw -> Adam.adamW(rate).weightDecay(weightDecay);
            case rmsprop -> new RmsProp(rate).weightDecay(weightDecay);
            case adagrad -> new Adagrad(rate).weightDecay(weightDecay);
        };
    }
}
