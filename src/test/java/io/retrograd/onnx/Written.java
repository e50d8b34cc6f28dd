package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Node;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A network that is written and then run by ONNX Runtime, whose numbers are held against those of
 * the float64 reference with the same float32 weights and inputs.
 *
 * <p>A sum of K terms in float32 carries some √K roundings of its terms, which move the result as
 * much as if weights and inputs were moved by that: how much that is, is measured in float64. So a
 * number may be off by
 *
 * <pre>
 *   ROUNDINGS·√K·(|f(w moved by one rounding) − f(w)| + one rounding of the largest number)
 * </pre>
 */
final class Written implements AutoCloseable {
    /** Worst over all layers and networks: 2.8. */
    private static final double ROUNDINGS = 8;

    private static final double ROUNDING = Math.ulp(1f) / 2;

    private final Backend backend = Backends.open("reference");
    private final Model model;
    private final Map<String, Shape> shapes;
    private final Map<String, double[]> inputs = new LinkedHashMap<>();

    /** With float32 weights and inputs. */
    Written(Layer network, Map<String, Shape> shapes) {
        this.shapes = shapes;
        Map<String, Shape> samples = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> samples.put(name, shape.tail(1)));
        model = Model.create(network, samples, backend, /* seed= */ 1);
        for (String name : model.names()) {
            double[] w = model.parameter(name);
            boolean variance = name.endsWith("running_var");
            for (int i = 0; i < w.length; i++) {
                double drawn = Philox.uniform(name.hashCode(), 1, i);
                w[i] = (float) (variance ? 0.5 + drawn : w[i] + 0.2 * drawn - 0.1);
            }
            model.setParameter(name, w);
        }
        Network named = Network.of(network);
        shapes.forEach((name, shape) -> inputs.put(name, draw(shape, named.tokenIds(name))));
    }

    Written(Layer network, Shape shape) {
        this(network, Map.of(Network.INPUT, shape));
    }

    private static double[] draw(Shape shape, TokenIds tokens) {
        double[] x = new double[Math.toIntExact(shape.size())];
        for (int i = 0; i < x.length; i++) {
            double drawn = Philox.uniform(/* seed= */ 3, /* stream= */ 2, i);
            x[i] = tokens == null ? (float) (4 * drawn - 2) : (int) (drawn * tokens.count());
        }
        return x;
    }

    Model model() {
        return model;
    }

    Map<String, double[]> inputs() {
        return inputs;
    }

    /** Writes it, runs the file, and compares all outputs. */
    void agrees(String what, Path file, ExportOptions options) throws IOException, OrtException {
        int batch = shapes.values().iterator().next().dim(0);
        ExportOptions all = options.dynamicBatch() ? options : options.batch(batch);
        Onnx.write(model, file, all);
        Map<String, double[]> expected = predict(UnaryOperator.identity());
        Map<String, double[]> moved = moved();
        double terms = Math.sqrt((double) longestSum());
        try (Session session = new Session(file)) {
            Map<String, double[]> got = session.run(inputs, shapes);
            assertEquals(expected.keySet(), got.keySet(), what);
            expected.forEach(
                    (name, y) -> {
                        double far = far(y, got.get(name));
                        double allowed = far(y, moved.get(name)) + ROUNDING * largest(y);
                        double roundings = far / allowed / terms;
                        assertTrue(
                                roundings <= ROUNDINGS,
                                () ->
                                        String.format(
                                                "%s: %s is off by %s, %s times what rounding"
                                                        + " allows",
                                                what, name, far, roundings));
                    });
        }
    }

    private static double largest(double[] y) {
        double largest = 0;
        for (double value : y) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The largest distance; NaN counts as infinitely far. */
    static double far(double[] expected, double[] got) {
        assertEquals(expected.length, got.length);
        double far = 0;
        for (int i = 0; i < got.length; i++) {
            double distance = Math.abs(got[i] - expected[i]);
            far = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(far, distance);
        }
        return far;
    }

    private Map<String, double[]> predict(UnaryOperator<double[]> numbers) {
        Map<String, double[]> x = new LinkedHashMap<>();
        Network network = Network.of(model.network());
        inputs.forEach(
                (name, values) ->
                        x.put(
                                name,
                                network.tokenIds(name) == null ? numbers.apply(values) : values));
        return model.predict(x);
    }

    /** The outputs with weights and inputs moved by a rounding, up or down. */
    private Map<String, double[]> moved() {
        Map<String, double[]> weights = new LinkedHashMap<>();
        model.names().forEach(name -> weights.put(name, model.parameter(name)));
        weights.forEach((name, w) -> model.setParameter(name, moved(w)));
        Map<String, double[]> y = predict(Written::moved);
        weights.forEach(model::setParameter);
        return y;
    }

    private static double[] moved(double[] values) {
        double[] moved = values.clone();
        for (int i = 0; i < moved.length; i++) {
            boolean up = Philox.uniform(/* seed= */ 5, values.length, i) < 0.5;
            moved[i] *= up ? 1 + ROUNDING : 1 - ROUNDING;
        }
        return moved;
    }

    /** K, the most terms that an operation of the network adds up to one number. */
    private long longestSum() {
        return Bound.of(model, /* batch= */ 1, /* training= */ false).nodes().stream()
                .mapToLong(Written::terms)
                .max()
                .orElse(1);
    }

    private static long terms(Node node) {
        long out = node.writes().get(0).shape().size();
        long in = node.reads().get(0).shape().size();
        return Math.max(1, Math.max(node.multiplyAdds() / out, in / out));
    }

    @Override
    public void close() {
        model.close();
        backend.close();
    }
}
