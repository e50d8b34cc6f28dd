package io.retrograd.onnx;

import io.retrograd.backend.Node;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Network;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network bound for one batch size, without memory.
 *
 * @param constants values of tensors that no operation writes
 * @param carried states that a run begins with, each with what the next begins with
 */
record Bound(
        Map<String, Tensor> inputs,
        Map<String, Tensor> outputs,
        List<Node> nodes,
        Map<Tensor, double[]> constants,
        Map<Tensor, Tensor> carried) {

    static Bound of(Model model, int batch, boolean training) {
        Binder binder = new Binder(model.parameters(), BindOptions.forward(training));
        Network network = Network.of(model.network());
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String name : network.inputs()) {
            shapes.put(name, sample(model, name).batch(batch));
        }
        Map<String, Tensor> inputs = network.inputs(binder, shapes);
        Map<String, Tensor> outputs = network.bind(binder, inputs);
        return new Bound(inputs, outputs, binder.nodes(), binder.constants(), binder.carried());
    }

    private static Shape sample(Model model, String input) {
        return Objects.requireNonNull(
                model.inputShapes().get(input), "a model's input has a shape");
    }

    /**
     * The shapes that this one's tensors have in another batch size.
     *
     * @throws IllegalArgumentException if an operation is another one there
     */
    Map<Tensor, Shape> shapesIn(Bound other) {
        Map<Tensor, Tensor> twins = new HashMap<>();
        inputs.forEach((name, tensor) -> twins.put(other.inputs.get(name), tensor));
        Map<Tensor, Shape> shapes = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Operation here = node.operation();
            Operation there = other.nodes.get(i).operation();
            pair(here.reads(), there.reads(), twins);
            pair(here.writes(), there.writes(), twins);
            if (!there.over(tensor -> twins.getOrDefault(tensor, tensor)).equals(here)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected an operation for any batch size, got a %s that"
                                        + " depends on it; export without a dynamic batch",
                                node.path(), node.name()));
            }
        }
        twins.forEach((there, here) -> shapes.put(here, there.shape()));
        return shapes;
    }

    private static void pair(List<Tensor> here, List<Tensor> there, Map<Tensor, Tensor> twins) {
        for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
            twins.put(there.get(i), here.get(i));
        }
    }
}
