package io.retrograd.serve;

import io.retrograd.attribution.Method;
import io.retrograd.attribution.PixelRange;
import io.retrograd.image.Transforms;
import io.retrograd.train.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PictureServer} serves.
 *
 * @param name of the run, for people
 * @param model a network with one output a class, of pictures (C, H, W)
 * @param labels what the classes are called; empty where they are numbered
 * @param transforms what is done to pictures before the network
 * @param range the numbers of black and white in the network's input
 * @param method how the likeliest class is explained
 * @param training pictures to compare with; null where there are none
 * @param untrained why there are none, for people; empty where there are some
 */
public record Served(
        String name,
        Model model,
        List<String> labels,
        Transforms transforms,
        PixelRange range,
        Method method,
        @Nullable TrainingPictures training,
        String untrained) {
    public Served {
        labels = List.copyOf(labels);
        if (model.sampleShape().rank() != 3 || model.outputShape().rank() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "serve: expected a network from pictures (C, H, W) to classes, got one"
                                    + " from %s to %s",
                            model.sampleShape(), model.outputShape()));
        }
    }

    /** What a class is called. */
    String label(int number) {
        return labels.isEmpty() ? Integer.toString(number) : labels.get(number);
    }
}
