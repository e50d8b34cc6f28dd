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
    private static final int SMALL = 64;

    /**
     * The recipe of a data set.
     *
     * @param side of a folder's pictures
     */
    static Recipe of(String dataset, int side) {
        return switch (dataset) {
            case "digits" -> regularized("digits", 30, 1e-2);
            case "cifar10" -> plain("vgg-cifar", 20, 128);
            case "language-id" -> regularized("char-cnn-bigru", 40, 5e-3);
            case DatasetNames.TEXT -> regularized("cnn-bigru", 10, 2e-3);
            case "cifar100" -> plain("resnet18-cifar", 20, 128);
            case DatasetNames.FOLDER ->
                    side < SMALL
                            ? regularized("digits", 30, 5e-3)
                            : regularized("resnet18", 20, 2e-3);
            case DatasetNames.CSV, DatasetNames.NPY -> regularized("mlp", 30, 3e-3);
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
