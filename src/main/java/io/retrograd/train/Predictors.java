package io.retrograd.train;

import io.retrograd.bind.BindOptions;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A model bound in inference mode, for some of the last batch sizes. */
final class Predictors {
    private static final int KEPT_BATCH_SIZES = 4;
    private static final int MOST_SAMPLES = 256;

    /** Of an input: 27 pictures of 3x224x224. */
    private static final long MOST_ELEMENTS = 1 << 22;

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

    /** The outputs of the only input's samples. */
    double[] predict(double[] x) {
        return only(x.length, (network, part) -> network.input().write(part.of(x)));
    }

    double[] predict(float[] x) {
        return only(x.length, (network, part) -> network.input().write(part.of(x)));
    }

    double[] predict(byte[] pixels, int largest) {
        return only(
                pixels.length, (network, part) -> network.input().write(part.of(pixels), largest));
    }

    float[] predictFloats(float[] x) {
        return floats(x.length, (network, part) -> network.input().write(part.of(x)));
    }

    float[] predictFloats(ByteBuffer x) {
        return floats(
                x.remaining() / Float.BYTES, (network, part) -> network.input().write(part.of(x)));
    }

    /** The outputs by name. */
    Map<String, double[]> predict(Map<String, double[]> inputs) {
        return run(
                samples(model.inputShapes(), inputs),
                (network, part) ->
                        network.inputs()
                                .forEach(
                                        (name, input) ->
                                                input.write(
                                                        part.of(
                                                                Objects.requireNonNull(
                                                                        inputs.get(name))))));
    }

    private double[] only(int count, Source source) {
        int samples = samples("input", model.sampleShape(), count);
        return Named.only("output", run(samples, source));
    }

    private Map<String, double[]> run(int samples, Source source) {
        Map<String, double[]> all = new LinkedHashMap<>();
        model.outputShapes().forEach((name, y) -> all.put(name, new double[Part.room(samples, y)]));
        stream(
                samples,
                source,
                (network, part) ->
                        network.outputs()
                                .forEach(
                                        (name, y) ->
                                                part.put(
                                                        y.toArray(),
                                                        Objects.requireNonNull(all.get(name)))));
        return all;
    }

    private float[] floats(int count, Source source) {
        int samples = samples("input", model.sampleShape(), count);
        float[] all = new float[Part.room(samples, model.outputShape())];
        stream(
                samples,
                source,
                (network, part) -> {
                    float[] some = new float[Part.room(part.count, model.outputShape())];
                    network.output().copyTo(some);
                    part.put(some, all);
                });
        return all;
    }

    /** Writes a part's inputs, or reads its outputs. */
    private interface Source {
        void accept(BoundNetwork network, Part part);
    }

    /** Runs the network for samples, some after the other where they are many. */
    private void stream(int samples, Source source, Source sink) {
        int most = model.stateful() ? samples : most();
        for (int first = 0; first < samples; first += most) {
            Part part = new Part(first, Math.min(most, samples - first), samples);
            BoundNetwork network = of(part.count);
            source.accept(network, part);
            network.infer();
            sink.accept(network, part);
        }
    }

    /** The most samples of one run, so that its memory does not grow with the batch. */
    private int most() {
        long largest = 1;
        for (Shape shape : model.inputShapes().values()) {
            largest = Math.max(largest, shape.size());
        }
        return (int) Math.max(1, Math.min(MOST_SAMPLES, MOST_ELEMENTS / largest));
    }

    /** Some of a batch's samples, one behind the other. */
    private record Part(int first, int count, int samples) {
        /** The elements of a batch. */
        static int room(int samples, Shape sample) {
            return Math.toIntExact(sample.batch(samples).size());
        }

        double[] of(double[] x) {
            return count == samples ? x : Arrays.copyOfRange(x, at(x.length), end(x.length));
        }

        float[] of(float[] x) {
            return count == samples ? x : Arrays.copyOfRange(x, at(x.length), end(x.length));
        }

        byte[] of(byte[] x) {
            return count == samples ? x : Arrays.copyOfRange(x, at(x.length), end(x.length));
        }

        ByteBuffer of(ByteBuffer x) {
            int all = x.remaining();
            return x.slice(x.position() + at(all), end(all) - at(all)).order(x.order());
        }

        void put(double[] some, double[] all) {
            System.arraycopy(some, 0, all, at(all.length), some.length);
        }

        void put(float[] some, float[] all) {
            System.arraycopy(some, 0, all, at(all.length), some.length);
        }

        /** Where it begins among all elements. */
        private int at(int all) {
            return first * (all / samples);
        }

        private int end(int all) {
            return at(all) + count * (all / samples);
        }
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
