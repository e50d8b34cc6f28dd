package io.retrograd.attribution;

import io.retrograd.layer.Layer;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.train.GradientOptions;
import io.retrograd.train.GradientPass;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Explains the outputs of a model for single samples.
 *
 * <pre>{@code
 * try (Attribution attribution = Attribution.of(model)) {
 *     Explanation map = attribution.explain(new GradCam(), image, attribution.top(image));
 *     double[] heat = map.heat();                  // one value a pixel
 * }
 * }</pre>
 *
 * <p>The model, in inference mode throughout, is as before afterwards; a model that is trained on
 * is explained as it is at each call. Closing it frees what it bound, not the model.
 */
public final class Attribution implements AutoCloseable {
    private static final int KEPT = 4;

    /** Roundings, each half a unit in the last place, that pile up from layer to layer. */
    private static final double ROUNDINGS = 64;

    private final Model model;
    private final PixelRange range;
    private final Map<Key, GradientPass> passes = new LinkedHashMap<>(8, 0.75f, true);

    /** Networks rebuilt with other layers, by what they are for. */
    private final Map<Object, Model> rebuilt = new LinkedHashMap<>();

    private @Nullable GradientPass lossPass;

    private record Key(Model model, int batch, Set<String> activations) {}

    private Attribution(Model model, PixelRange range) {
        this.model = model;
        this.range = range;
        if (model.outputShape().rank() != 1 || tokens(model)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Attribution: expected a network of numbers with one output (classes),"
                                    + " got %s of shape %s",
                            tokens(model) ? "tokens" : "numbers", model.outputShape()));
        }
        range.lows(model.sampleShape());
    }

    private static boolean tokens(Model model) {
        return model.network().tokenIds() != null;
    }

    /** Of a model whose inputs lie between 0 and 1. */
    public static Attribution of(Model model) {
        return of(model, PixelRange.unit());
    }

    /**
     * Of a model.
     *
     * @param range the numbers between which its inputs lie: black pixels are a baseline, and noise
     *     is measured by it
     * @throws IllegalArgumentException for a network with several inputs or outputs, of tokens, or
     *     whose output is not one number a class
     */
    public static Attribution of(Model model, PixelRange range) {
        return new Attribution(model, range);
    }

    /**
     * Explains an output for a sample.
     *
     * @param x the sample, row-major. Not modified.
     * @param target the output, from 0
     * @throws IllegalArgumentException for another count, NaN or an infinity, an output that there
     *     is not, or a layer that the method cannot handle, which the message names
     */
    public Explanation explain(Method method, double[] x, int target) {
        check(method.name(), x, target);
        return method.explain(this, x, target);
    }

    /** Refuses what is no sample or no class of the model. */
    void check(String where, double[] x, int target) {
        if (x.length != sampleShape().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected one sample of shape %s, got %d values",
                            where, sampleShape(), x.length));
        }
        if (target < 0 || target >= classes()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a class from 0 to %d, got %d",
                            where, classes() - 1, target));
        }
    }

    /** The number of outputs. */
    public int classes() {
        return Math.toIntExact(model.outputShape().size());
    }

    /** The output that is largest for a sample, the first of equal ones. */
    public int top(double[] x) {
        return Numbers.top(model.predict(x));
    }

    /** The model that is explained. */
    public Model model() {
        return model;
    }

    /** The numbers between which its inputs lie. */
    public PixelRange range() {
        return range;
    }

    Shape sampleShape() {
        return model.sampleShape();
    }

    /** One output of each sample of a batch. */
    double[] outputs(double[] xs, int target) {
        double[] y = model.predict(xs);
        int classes = classes();
        double[] outputs = new double[y.length / classes];
        for (int n = 0; n < outputs.length; n++) {
            outputs[n] = y[n * classes + target];
        }
        return outputs;
    }

    /** The gradient of an output with respect to each sample of a batch. */
    double[] gradient(double[] xs, int target) {
        return gradients(model, xs, target).input();
    }

    /** The gradients of an output, with the outputs of layers and their gradients. */
    Gradients gradients(Model of, double[] xs, int target, String... paths) {
        int batch = Math.toIntExact(xs.length / sampleShape().size());
        return pass(new Key(of, batch, Set.of(paths))).output(xs, target);
    }

    /** The gradient of the cross-entropy of a class with respect to a sample. */
    double[] lossGradient(double[] x, int label) {
        GradientPass pass = lossPass;
        if (pass == null) {
            GradientOptions options = GradientOptions.infer().withoutParameters();
            pass = new GradientPass(model, new CrossEntropy(), 1, options);
            lossPass = pass;
        }
        return pass.run(x, new int[] {label}).input();
    }

    private GradientPass pass(Key key) {
        GradientPass pass = passes.get(key);
        if (pass == null) {
            if (passes.size() == KEPT) {
                passes.remove(passes.keySet().iterator().next()).close();
            }
            GradientOptions options =
                    GradientOptions.infer()
                            .withoutParameters()
                            .activations(key.activations.toArray(String[]::new));
            pass = new GradientPass(key.model, key.batch, options);
            passes.put(key, pass);
        }
        return pass;
    }

    /** Gives a rebuilt network its parameters. */
    interface Filling {
        void fill(Model from, Model rebuilt);
    }

    /**
     * A network rebuilt with other layers, with the model's parameters as they are now.
     *
     * @param key what it is for: it is built once
     */
    Model rebuilt(Object key, Supplier<Layer> network, Filling filling) {
        Model known = rebuilt.get(key);
        if (known == null) {
            known =
                    Model.create(
                            network.get(),
                            model.inputShapes(),
                            model.parameters().backend(),
                            /* seed= */ 1);
            rebuilt.put(key, known);
        }
        filling.fill(model, known);
        return known;
    }

    /** Copies all parameters and running statistics. */
    static void copy(Model from, Model to) {
        to.names().forEach(name -> to.setParameter(name, from.parameter(name)));
    }

    /** The error for a layer that a method cannot handle. */
    static IllegalArgumentException unhandled(
            String method, String expected, String path, Layer layer) {
        return new IllegalArgumentException(
                String.format(
                        "%s: expected %s, got %s at %s; use another method",
                        method, expected, layer.kind(), path.isEmpty() ? "the top" : path));
    }

    /** The error of sums on the device, as a share of the sum of magnitudes. */
    double rounding() {
        boolean wide = model.parameters().backend().dtype() == DType.FLOAT64;
        return ROUNDINGS * Math.ulp(wide ? 1.0 : 1f);
    }

    @Override
    public void close() {
        passes.values().forEach(GradientPass::close);
        passes.clear();
        if (lossPass != null) {
            lossPass.close();
            lossPass = null;
        }
        rebuilt.values().forEach(Model::close);
        rebuilt.clear();
    }
}
