package io.retrograd.report;

import com.fasterxml.jackson.databind.JsonNode;

/** One epoch of a history; what it does not tell is NaN. */
record EpochPoint(
        int epoch,
        double loss,
        double accuracy,
        double validationLoss,
        double validationAccuracy,
        double learningRate,
        double seconds,
        double samplesPerSecond) {
    static EpochPoint of(JsonNode line) {
        return new EpochPoint(
                line.path("epoch").asInt(),
                line.path("loss").asDouble(Double.NaN),
                line.path("accuracy").asDouble(Double.NaN),
                line.path("validation_loss").asDouble(Double.NaN),
                line.path("validation_accuracy").asDouble(Double.NaN),
                line.path("learning_rate").asDouble(Double.NaN),
                line.path("seconds").asDouble(Double.NaN),
                line.path("images_per_second").asDouble(Double.NaN));
    }

    /** The loss that early stopping watches. */
    double monitored() {
        return Double.isNaN(validationLoss) ? loss : validationLoss;
    }
}
