package io.retrograd.attribution;

import io.retrograd.layer.Embedding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.DType;
import io.retrograd.train.GradientOptions;
import io.retrograd.train.GradientPass;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains the outputs of a model of tokens, as of the characters of a text: each token's share of
 * an output, which is the sum over the numbers of its vector in the {@link Embedding}.
 *
 * <pre>
 *   e (T, D) vectors of the tokens    z(e) the output    share[t] = Σ over d of e[t,d]·g[t,d]
 *
 *   input-x-gradient        g = dz/de(e)
 *   integrated-gradients    g = ∫₀¹ dz/de(α·e) dα        Σ share = z(e) − z(0)
 * </pre>
 *
 * <p>Lengths stay those of the tokens throughout. The model, in inference mode, is as before
 * afterwards; while a method runs, its embedding is not. Closing it frees what it bound, not the
 * model.
 *
 * <p>Source: M. Sundararajan, A. Taly, Q. Yan, Axiomatic attribution for deep networks, ICML 2017,
 * section 6.3.
 */
public final class TokenAttribution implements AutoCloseable {
    private static final double TOLERANCE = 0.01;
    private static final int FIRST_INTERVALS = 8;
    private static final int MOST_INTERVALS = 128;

    /** Roundings that pile up from layer to layer, as in {@link Attribution}. */
    private static final double ROUNDINGS = 64;

    private final Model model;
    private final String path;
    private final String weight;
    private final GradientPass pass;

    private TokenAttribution(Model model) {
        this.model = model;
        path = embedding(model.network(), "");
        weight = join(path, "weight");
        if (model.outputShape().rank() != 1) {
            throw new IllegalArgumentException(
                    "TokenAttribution: expected a network with one output (classes), got shape "
                            + model.outputShape());
        }
        pass = new GradientPass(model, /* batch= */ 1, GradientOptions.infer().activations(path));
    }

    /**
     * Of a model.
     *
     * @throws IllegalArgumentException if its network does not begin with an embedding, or its
     *     output is not one number a class
     */
    public static TokenAttribution of(Model model) {
        return new TokenAttribution(model);
    }

    /** Where the embedding is with which a network begins. */
    private static String embedding(Layer layer, String path) {
        if (layer instanceof Embedding) {
            return path;
        }
        if (layer instanceof Padded padded) {
            return embedding(padded.body(), join(path, "body"));
        }
        if (layer instanceof Sequential row && !row.layers().isEmpty()) {
            return embedding(row.layers().get(0), join(path, "0"));
        }
        throw new IllegalArgumentException(
                "TokenAttribution: expected a network that begins with an Embedding, got "
                        + layer.kind());
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * Each token's share of an output.
     *
     * @param method the method's name, as in {@code integrated-gradients}
     * @param target the output, from 0
     * @param values one a token; 0 behind the end
     * @param completeness what the values sum to and should sum to; null where they are no parts
     */
    public record Shares(
            String method, int target, List<Double> values, @Nullable Completeness completeness) {
        public Shares {
            values = List.copyOf(values);
        }
    }

    /** The output that is largest for a sample, the first of equal ones. */
    public int top(double[] tokens) {
        return Numbers.top(model.predict(tokens));
    }

    /**
     * Vectors times gradients.
     *
     * @throws IllegalArgumentException for another number of tokens or an output that there is not
     */
    public Shares inputXGradient(double[] tokens, int target) {
        check(tokens, target);
        Gradients gradients = pass.output(tokens, target);
        double[] g = gradients.activationGradient(path);
        double[] values = shares(gradients.activation(path), g, tokens.length);
        return new Shares("input-x-gradient", target, list(values), /* completeness= */ null);
    }

    /**
     * Vectors times the gradients' mean on the way from no vectors, by the trapezoidal rule, whose
     * intervals are halved until its sum lies within a hundredth of {@code z(e) − z(0)} and changes
     * by no more, or 128 are used up. The last change is the error's estimate.
     *
     * @throws IllegalArgumentException for another number of tokens or an output that there is not
     */
    public Shares integratedGradients(double[] tokens, int target) {
        check(tokens, target);
        double[] w = model.parameter(weight);
        double[] vectors = pass.output(tokens, target).activation(path);
        try {
            scale(w, 0);
            double start = model.predict(tokens)[target];
            double[] g = half(pass.output(tokens, target).activationGradient(path));
            scale(w, 1);
            double end = model.predict(tokens)[target];
            add(g, half(pass.output(tokens, target).activationGradient(path)));
            double[] values = {};
            double before = Double.NaN;
            double change = Double.POSITIVE_INFINITY;
            int intervals = 1;
            while (intervals < MOST_INTERVALS
                    && !(intervals >= FIRST_INTERVALS
                            && change <= TOLERANCE * Math.abs(end - start)
                            && Math.abs(before - (end - start))
                                    <= TOLERANCE * Math.abs(end - start))) {
                for (int i = 0; i < intervals; i++) {
                    scale(w, (i + 0.5) / intervals);
                    add(g, pass.output(tokens, target).activationGradient(path));
                }
                intervals *= 2;
                double count = intervals;
                double[] mean = Arrays.stream(g).map(v -> v / count).toArray();
                values = shares(vectors, mean, tokens.length);
                change = Math.abs(Numbers.sum(values) - before);
                before = Numbers.sum(values);
            }
            double size = Math.abs(start) + Math.abs(end) + Numbers.sum(Numbers.magnitudes(values));
            return new Shares(
                    "integrated-gradients",
                    target,
                    list(values),
                    new Completeness(end - start, before, change + rounding() * size));
        } finally {
            model.setParameter(weight, w);
        }
    }

    /** Has each token's vector be a multiple of its own. */
    private void scale(double[] w, double factor) {
        model.setParameter(weight, Arrays.stream(w).map(v -> factor * v).toArray());
    }

    private double rounding() {
        boolean wide = model.parameters().backend().dtype() == DType.FLOAT64;
        return ROUNDINGS * Math.ulp(wide ? 1.0 : 1f);
    }

    private static double[] half(double[] g) {
        return Arrays.stream(g).map(v -> v / 2).toArray();
    }

    private static void add(double[] sum, double[] g) {
        Arrays.setAll(sum, i -> sum[i] + g[i]);
    }

    /** The sums of products over each token's vector. */
    private static double[] shares(double[] vectors, double[] g, int tokens) {
        int size = vectors.length / tokens;
        double[] shares = new double[tokens];
        for (int i = 0; i < vectors.length; i++) {
            shares[i / size] += vectors[i] * g[i];
        }
        return shares;
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private void check(double[] tokens, int target) {
        if (tokens.length != model.sampleShape().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "TokenAttribution: expected one sample of shape %s, got %d tokens",
                            model.sampleShape(), tokens.length));
        }
        long classes = model.outputShape().size();
        if (target < 0 || target >= classes) {
            throw new IllegalArgumentException(
                    String.format(
                            "TokenAttribution: expected a class from 0 to %d, got %d",
                            classes - 1, target));
        }
    }

    @Override
    public void close() {
        pass.close();
    }
}
