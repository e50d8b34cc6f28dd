package io.retrograd.cli;

import io.retrograd.optim.Optimizers;

/**
 * The default training of a data set: in one cycle of the learning rate, with images shifted at
 * random, and tokens of texts made unknown.
 *
 * @param model a ready-made network's name
 */
record Recipe(
        String model,
        int epochs,
        int batch,
        Optimizers optimizer,
        double learningRate,
        double weightDecay,
        double labelSmoothing) {
    static Recipe of(String dataset) {
        return switch (dataset) {
            case "digits" -> regularized("digits", 30, 1e-2);
            case "cifar10" -> plain("vgg-cifar", 20, 128);
            case "language-id" -> regularized("char-cnn-bigru", 40, 5e-3);
            case DatasetNames.TEXT -> regularized("cnn-bigru", 10, 2e-3);
            default -> plain("lenet5", 10, 64);
        };
    }

    /** For few samples: weights decay and labels are smoothed. */
    private static Recipe regularized(String model, int epochs, double learningRate) {
        return new Recipe(model, epochs, 32, Optimizers.adamw, learningRate, 0.05, 0.1);
    }

    private static Recipe plain(String model, int epochs, int batch) {
        return new Recipe(model, epochs, batch, Optimizers.adam, 1e-3, 0, 0);
    }
}
