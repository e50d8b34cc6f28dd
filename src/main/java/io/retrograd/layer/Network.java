package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function of named inputs with named outputs: a {@link Graph}, or any other layer, whose only
 * input is {@value #INPUT} and whose only output {@value #OUTPUT}. Immutable.
 */
public sealed interface Network permits Graph, Network.Single {
    /** The input of a layer that is no graph. */
    String INPUT = "input";

    /** The output of a layer that is no graph. */
    String OUTPUT = "output";

    /** A layer by its inputs and outputs. */
    static Network of(Layer layer) {
        return layer instanceof Graph graph ? graph : new Single(layer);
    }

    /** The names of the inputs. */
    List<String> inputs();

    /** The names of the outputs. */
    List<String> outputs();

    /** The tokens that an input is; null for numbers. */
    @Nullable TokenIds tokenIds(String input);

    /**
     * The shapes of the outputs, by name.
     *
     * @param inputs the shapes of the inputs, by name, the batch included
     */
    Map<String, Shape> outputShapes(Map<String, Shape> inputs);

    /**
     * Binds it.
     *
     * @param inputs a tensor for each input, by name
     * @return the outputs, by name
     */
    Map<String, Tensor> bind(Binder binder, Map<String, Tensor> inputs);

    /** Asks the binder for an input of this shape, the batch included: numbers or indices. */
    default Tensor input(Binder binder, String name, Shape shape) {
        return tokenIds(name) == null ? binder.input(name, shape) : binder.indices(name, shape);
    }

    /**
     * Asks the binder for all inputs.
     *
     * @param shapes the shapes by name, the batch included
     */
    default Map<String, Tensor> inputs(Binder binder, Map<String, Shape> shapes) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> inputs.put(name, input(binder, name, shape)));
        return inputs;
    }

    /** A layer with one input and one output. */
    record Single(Layer layer) implements Network {
        @Override
        public List<String> inputs() {
            return List.of(INPUT);
        }

        @Override
        public List<String> outputs() {
            return List.of(OUTPUT);
        }

        @Override
        public @Nullable TokenIds tokenIds(String input) {
            return layer.tokenIds();
        }

        @Override
        public Map<String, Shape> outputShapes(Map<String, Shape> inputs) {
            return Map.of(OUTPUT, layer.outputShape(only(inputs)));
        }

        @Override
        public Map<String, Tensor> bind(Binder binder, Map<String, Tensor> inputs) {
            return Map.of(OUTPUT, layer.bind(binder, only(inputs)));
        }

        private static <T> T only(Map<String, T> inputs) {
            T input = inputs.get(INPUT);
            if (input == null || inputs.size() != 1) {
                throw new IllegalArgumentException(
                        String.format(
                                "network: expected one input, \"%s\", got %s; name several in a"
                                        + " Graph",
                                INPUT, inputs.keySet()));
            }
            return input;
        }
    }
}
