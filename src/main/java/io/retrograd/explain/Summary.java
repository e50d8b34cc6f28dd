package io.retrograd.explain;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The parts of a network and its costs, found without allocating or computing anything.
 *
 * @param inputs shapes of the batch's inputs, by name
 * @param rows one an operation, in forward order
 * @param parameters number of trained numbers
 * @param multiplyAdds the multiply-adds of one forward pass over the batch
 * @param trainingBytes parameters, gradients and activations of a training step, and one number a
 *     parameter that the optimizer keeps, as SGD with momentum does
 * @param inferenceBytes parameters and activations of a forward pass
 * @param decisions the device's choices for training: layouts, and the steps of each pass
 */
public record Summary(
        Map<String, Shape> inputs,
        List<Row> rows,
        long parameters,
        long multiplyAdds,
        long trainingBytes,
        long inferenceBytes,
        List<String> decisions) {
    private static final long SEED = 0;

    /** The rank of an output (N, classes). */
    private static final int CLASSIFIER_RANK = 2;

    /**
     * One operation.
     *
     * @param path the layer that it belongs to
     * @param operation its kind
     */
    public record Row(
            String path, String operation, Shape output, long parameters, long multiplyAdds) {}

    /**
     * Summarises a network.
     *
     * @param input shape of a batch, (N, ...)
     * @throws IllegalArgumentException if the network does not take such inputs
     */
    public static Summary of(Layer network, Shape input, Backend backend) {
        List<String> names = Network.of(network).inputs();
        if (names.size() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "Summary: expected a shape for each of the inputs %s, got %s",
                            names, input));
        }
        return of(network, Map.of(names.get(0), input), backend);
    }

    /**
     * Summarises a network of several inputs.
     *
     * @param inputs shapes of a batch's inputs by name, (N, ...)
     */
    public static Summary of(Layer network, Map<String, Shape> inputs, Backend backend) {
        try (Parameters training = new Parameters(backend, SEED);
                Parameters inference = new Parameters(backend, SEED)) {
            Binder binder = new Binder(training, BindOptions.train().widens(true));
            List<Tensor> outputs = bind(network, inputs, binder);
            List<Row> rows = binder.nodes().stream().map(node -> row(node, training)).toList();
            outputs.forEach(output -> bindLoss(binder, output));
            Binder.Estimate estimate = binder.estimate();
            Binder inferring = new Binder(inference, BindOptions.infer().widens(true));
            bind(network, inputs, inferring);
            long forward = inferring.estimate().memoryUse().arena();
            return new Summary(
                    Collections.unmodifiableMap(new LinkedHashMap<>(inputs)),
                    rows,
                    training.tensors().stream().mapToLong(w -> w.shape().size()).sum(),
                    rows.stream().mapToLong(Row::multiplyAdds).sum(),
                    estimate.memoryUse().arena()
                            + training.bytes(/* gradients= */ true)
                            + training.bytes(/* gradients= */ false),
                    Math.addExact(forward, inference.bytes(/* gradients= */ false)),
                    estimate.decisions());
        }
    }

    private static List<Tensor> bind(Layer layer, Map<String, Shape> shapes, Binder binder) {
        Network network = Network.of(layer);
        return network.bind(binder, network.inputs(binder, shapes)).values().stream()
                .map(binder::keep)
                .toList();
    }

    /** Cross-entropy behind a classifier, which is how it is trained and so what is planned. */
    private static void bindLoss(Binder binder, Tensor output) {
        if (output.shape().rank() == CLASSIFIER_RANK) {
            Loss loss = new CrossEntropy();
            binder.keep(loss.bind(binder, output, loss.target(binder, output.shape())));
        }
    }

    private static Row row(Node node, Parameters parameters) {
        Tensor y = node.writes().get(0);
        long count =
                node.reads().stream()
                        .filter(parameters.tensors()::contains)
                        .mapToLong(w -> w.shape().size())
                        .sum();
        return new Row(node.path(), node.name(), y.shape(), count, node.multiplyAdds());
    }

    /** Text with one line an operation and the sums below. */
    public String table(String name) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%s, input %s%n%n", name, text(inputs)));
        String format = "%-24s %-22s %-22s %12s %16s%n";
        text.append(
                String.format(
                        format, "layer", "operation", "output", "parameters", "multiply-adds"));
        for (Row row : rows) {
            text.append(
                    String.format(
                            format,
                            row.path,
                            row.operation,
                            row.output,
                            count(row.parameters),
                            count(row.multiplyAdds)));
        }
        text.append(
                String.format(
                        "%nparameters        %,d%nmultiply-adds     %,d forward%n"
                                + "training memory   %s (parameters, gradients, momentum, activations)%n"
                                + "inference memory  %s%n",
                        parameters,
                        multiplyAdds,
                        mebibytes(trainingBytes),
                        mebibytes(inferenceBytes)));
        return text.toString();
    }

    /** The same for programs. */
    public Map<String, Object> asMap(String name) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("layer", row.path);
            layer.put("operation", row.operation);
            layer.put("output", row.output.dims());
            layer.put("parameters", row.parameters);
            layer.put("multiply_adds", row.multiplyAdds);
            layers.add(layer);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("model", name);
        map.put("input", inputs.size() == 1 ? dims(inputs).get(0) : dims(inputs));
        map.put("layers", layers);
        map.put("parameters", parameters);
        map.put("multiply_adds", multiplyAdds);
        map.put("training_bytes", trainingBytes);
        map.put("inference_bytes", inferenceBytes);
        return map;
    }

    private static String text(Map<String, Shape> inputs) {
        return inputs.size() == 1
                ? inputs.values().iterator().next().toString()
                : inputs.entrySet().stream()
                        .map(input -> input.getKey() + " " + input.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static List<List<Integer>> dims(Map<String, Shape> inputs) {
        return inputs.values().stream().map(Shape::dims).toList();
    }

    private static String count(long n) {
        return n == 0 ? "" : String.format("%,d", n);
    }

    private static String mebibytes(long bytes) {
        return String.format("%,.1f MiB", bytes / 1048576.0);
    }
}
