package io.retrograd.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's results on a data set, in inference mode.
 *
 * @param loss the mean of the batches' losses, each weighted by its number of samples
 * @param accuracy the share of labels whose class has the largest output, of the first output with
 *     class labels; NaN where there is none
 * @param confusion which classes were taken for which; null where samples have no one label
 * @param metrics the trainer's, and the accuracy of each output with class labels: by name, behind
 *     the output's and a dot where there are several
 */
public record Evaluation(
        double loss,
        double accuracy,
        @Nullable ConfusionMatrix confusion,
        Map<String, Double> metrics) {
    /**
     * The confusion of a classifier.
     *
     * @throws IllegalStateException where samples have no one label
     */
    public ConfusionMatrix requireConfusion() {
        if (confusion == null) {
            throw new IllegalStateException(
                    "Evaluation: expected samples with one label each, got none with a confusion");
        }
        return confusion;
    }
}
