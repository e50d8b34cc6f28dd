package io.retrograd.attribution;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Scale;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or a linear layer that hands relevance down by a rule.
 *
 * <pre>
 *   αβ-rule   z⁺ = w⁺ * a⁺ + w⁻ * a⁻    z⁻ = w⁻ * a⁺ + w⁺ * a⁻    y = w * a + b
 * </pre>
 *
 * Its parameters are those of the layer, with a batch norm behind it folded in; beside them {@code
 * plus.weight} is w⁺, and {@code minus.weight} w⁻.
 *
 * @param layer as it is in the network
 * @param norm the name of the batch norm behind it in its {@code Sequential}; null without one
 * @param eps the batch norm's
 */
record Weighted(Layer layer, RelevanceRule rule, @Nullable String norm, double eps)
        implements Layer {
    private static final String PLUS = "plus";
    private static final String MINUS = "minus";

    Weighted(Layer layer, RelevanceRule rule) {
        this(layer, rule, null, 0);
    }

    /** The same with a batch norm behind it. */
    Weighted folding(String name, double normEps) {
        return new Weighted(layer, rule, name, normEps);
    }

    @Override
    public Shape outputShape(Shape input) {
        return layer.outputShape(input);
    }

    @Override
    public String kind() {
        return layer.kind();
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Layer biased = RelevanceNetwork.withBias(layer, true);
        if (!rule.bySign()) {
            Tensor y = biased.bind(binder, x);
            return rule.epsilon() == 0
                    ? y
                    : RelevanceShare.ofEpsilon(rule.epsilon()).layer(1).bind(binder, y);
        }
        int signs = rule.beta() == 0 ? 1 : 2;
        List<Tensor> branches =
                binder.record(to -> Arrangements.Fork.of(x, 1 + 2 * signs, to)).branches();
        Tensor above = new Relu().bind(binder, branches.get(0));
        Tensor below = below(binder, branches.get(1));
        List<Tensor> parts = new ArrayList<>();
        parts.add(sum(binder, signs, above, below));
        if (signs == 2) {
            Tensor aboveAgain = new Relu().bind(binder, branches.get(2));
            Tensor belowAgain = below(binder, branches.get(3));
            parts.add(sum(binder, signs, belowAgain, aboveAgain));
        }
        parts.add(biased.bind(binder, branches.get(2 * signs)));
        Tensor joined = binder.record(to -> Arrangements.Concat.of(1, parts, to)).y();
        return RelevanceShare.ofSigns(rule.alpha(), rule.beta(), x.shape().dim(0))
                .layer(parts.size())
                .bind(binder, joined);
    }

    /** min(0, x) */
    private static Tensor below(Binder binder, Tensor x) {
        Tensor turned = new Relu().bind(binder, new Scale(-1).bind(binder, x));
        return new Scale(-1).bind(binder, turned);
    }

    /** w⁺ * a + w⁻ * b */
    private Tensor sum(Binder binder, int uses, Tensor a, Tensor b) {
        Tensor first = binder.scope(PLUS, () -> shared(binder, uses, a));
        Tensor second = binder.scope(MINUS, () -> shared(binder, uses, b));
        return binder.record(to -> new Arrangements.Add(List.of(first, second), to)).y();
    }

    private Tensor shared(Binder binder, int uses, Tensor x) {
        Layer bare = RelevanceNetwork.withBias(layer, false);
        return uses == 1 ? bare.bind(binder, x) : binder.shared(uses, () -> bare.bind(binder, x));
    }

    /**
     * A parameter's values.
     *
     * @param path where the layer is
     * @param name as in {@code plus.weight}
     */
    double[] parameter(Model model, String path, String name) {
        String under = path.isEmpty() ? "" : path + ".";
        double[] weight = model.parameter(under + "weight");
        int outputs = Math.toIntExact(model.parameters().get(under + "weight").shape().dim(0));
        double[] scale = new double[outputs];
        Arrays.fill(scale, 1);
        double[] bias =
                model.names().contains(under + "bias")
                        ? model.parameter(under + "bias")
                        : new double[outputs];
        if (norm != null) {
            fold(model, path.substring(0, path.lastIndexOf('.') + 1) + norm + ".", scale, bias);
        }
        if (name.equals("bias")) {
            return bias;
        }
        int row = weight.length / outputs;
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= scale[i / row];
        }
        if (name.startsWith(PLUS)) {
            Arrays.setAll(weight, i -> Math.max(0, weight[i]));
        } else if (name.startsWith(MINUS)) {
            Arrays.setAll(weight, i -> Math.min(0, weight[i]));
        }
        return weight;
    }

    private void fold(Model model, String under, double[] scale, double[] bias) {
        double[] gamma = model.parameter(under + "weight");
        double[] beta = model.parameter(under + "bias");
        double[] mean = model.parameter(under + "running_mean");
        double[] variance = model.parameter(under + "running_var");
        for (int k = 0; k < scale.length; k++) {
            scale[k] = gamma[k] / Math.sqrt(variance[k] + eps);
            bias[k] = scale[k] * (bias[k] - mean[k]) + beta[k];
        }
    }
}
