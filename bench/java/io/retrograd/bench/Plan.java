package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The report of {@code summary --explain} on a network.
 *
 * @param flops floating-point operations of a training step's convolutions, products and recurrent
 *     layers
 * @param decisions the device's choices, one line each
 */
record Plan(double flops, List<String> decisions) {
    private static final double TIMEOUT_SECONDS = 600;

    /** The operations of a multiplication and an addition. */
    private static final int OPERATIONS = 2;

    static Plan of(
            Shell shell, List<String> ours, String model, int batch, Report.Settings settings)
            throws Shell.Failure {
        Shape input = Models.get(model).sampleShape().batch(batch);
        String sizes = input.dims().stream().map(String::valueOf).collect(Collectors.joining(","));
        List<String> words = List.of("summary", model, "--input", sizes, "--explain", "--json");
        List<String> device = settings.deviceOptions();
        return of(shell.json(Harness.join(ours, words, device), TIMEOUT_SECONDS));
    }

    /** From what it prints with {@code --json}. */
    static Plan of(JsonNode summary) {
        List<String> decisions = new ArrayList<>();
        summary.path("decisions").forEach(line -> decisions.add(line.asText()));
        return new Plan(OPERATIONS * multiplyAdds(summary.path("layers")), decisions);
    }

    /**
     * Forward, backward by weights and backward by data of every layer, without backward by data of
     * the first one that has parameters: nobody wants the gradient of images.
     */
    private static double multiplyAdds(JsonNode layers) {
        double sum =
                3.0
                        * StreamSupport.stream(layers.spliterator(), false)
                                .mapToDouble(Plan::forward)
                                .sum();
        for (JsonNode layer : layers) {
            if (layer.path("parameters").asLong() > 0) {
                return sum - forward(layer);
            }
        }
        return sum;
    }

    private static double forward(JsonNode layer) {
        return layer.path("multiply_adds").asDouble();
    }
}
