package io.retrograd.train;

import io.retrograd.bind.BindOptions;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** A model bound in inference mode, for some of the last batch sizes. */
final class Predictors {
    private static final int KEPT_BATCH_SIZES = 4;

    private final Model model;
    private final Map<Key, BoundNetwork> known = new LinkedHashMap<>(8, 0.75f, true);

    /** A batch size, and the paths of the layers whose outputs are read. */
    private record Key(int batch, Set<String> paths) {}

    Predictors(Model model) {
        this.model = model;
    }

    /** The number of samples that an input of so many values has. */
    static int samples(String name, Shape shape, int count) {
        long sample = shape.size();
        if (count == 0 || count % sample != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected 1 or more samples of shape %s, %d values each, got %d"
                                    + " values",
                            name, shape, sample, count));
        }
        return (int) (count / sample);
    }

    /** The number of samples that inputs have, each the same. */
    static int samples(Map<String, Shape> shapes, Map<String, double[]> inputs) {
        Named.check("inputs", shapes.keySet(), inputs.keySet());
        Set<Integer> sizes = new LinkedHashSet<>();
        shapes.forEach(
                (name, shape) -> {
                    double[] values = Objects.requireNonNull(inputs.get(name));
                    sizes.add(samples(name, shape, values.length));
                });
        if (sizes.size() != 1) {
            throw new IllegalArgumentException(
                    "inputs: expected as many samples of each, got " + sizes);
        }
        return sizes.iterator().next();
    }

    /**
     * Runs the network.
     *
     * @param write writes the inputs
     * @return the outputs, by name
     */
    Map<String, double[]> run(int samples, Consumer<BoundNetwork> write) {
        BoundNetwork network = of(samples);
        write.accept(network);
        network.infer();
        Map<String, double[]> outputs = new LinkedHashMap<>();
        network.outputs().forEach((name, y) -> outputs.put(name, y.toArray()));
        return outputs;
    }

    /** The output of a layer for samples of the only input. */
    double[] activations(int samples, String path, double[] x) {
        BoundNetwork network = of(new Key(samples, Set.of(path)));
        network.input().write(x);
        network.infer();
        return network.activations().values().iterator().next().toArray();
    }

    /** The network of a batch size. */
    BoundNetwork of(int batch) {
        return of(new Key(batch, Set.of()));
    }

    private BoundNetwork of(Key key) {
        BoundNetwork bound = known.get(key);
        if (bound != null) {
            return bound;
        }
        if (known.size() == KEPT_BATCH_SIZES) {
            model.release(known.remove(known.keySet().iterator().next()));
        }
        BoundNetwork made =
                model.adopt(
                        new BoundNetwork(model, key.batch, BindOptions.infer(), null, key.paths));
        known.put(key, made);
        return made;
    }

    void clear() {
        known.clear();
    }
}
