package io.retrograd.cli;

import io.retrograd.optim.Optimizers;

/**
 * How a data set is trained unless the user says otherwise.
 *
 * @param model a ready-made network's name
 * @param augment whether training images are shifted at random, and tokens of texts made unknown
 */
record Recipe(
        String model,
        int epochs,
        int batch,
        Optimizers optimizer,
        double learningRate,
        TrainingOptions.ScheduleKind schedule,
        double weightDecay,
        double labelSmoothing,
        boolean augment) {

    /** The recipe of a data set. */
    static Recipe of(String dataset) {
        return switch (dataset) {
            case "digits" ->
                    new Recipe(
                            "digits",
                            30,
                            32,
                            Optimizers.adamw,
                            1e-2,
                            TrainingOptions.ScheduleKind.one_cycle,
                            0.05,
                            0.1,
                            /* augment= */ true);
            case "cifar10" ->
                    new Recipe(
                            "vgg-cifar",
                            20,
                            128,
                            Optimizers.adam,
                            1e-3,
                            TrainingOptions.ScheduleKind.one_cycle,
                            0,
                            0,
                            /* augment= */ true);
            case "language-id" ->
                    new Recipe(
                            "char-cnn-bigru",
                            40,
                            32,
                            Optimizers.adamw,
                            5e-3,
                            TrainingOptions.ScheduleKind.one_cycle,
                            0.05,
                            0.1,
                            /* augment= */ true);
            case DatasetNames.TEXT ->
                    new Recipe(
                            "cnn-bigru",
                            10,
                            32,
                            Optimizers.adamw,
                            2e-3,
                            TrainingOptions.ScheduleKind.one_cycle,
                            0.05,
                            0.1,
                            /* augment= */ true);
            default ->
                    new Recipe(
                            "lenet5",
                            10,
                            64,
                            Optimizers.adam,
                            1e-3,
                            TrainingOptions.ScheduleKind.one_cycle,
                            0,
                            0,
                            /* augment= */ true);
        };
    }
}
