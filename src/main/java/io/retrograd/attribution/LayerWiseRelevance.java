package io.retrograd.attribution;

import io.retrograd.layer.Sequential;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layer-wise relevance propagation: the output is handed down from layer to layer, each number
 * getting the share that it had in the layer's output.
 *
 * <pre>
 *   z = Σ a·w + b
 *   ε-rule    R(a) = a·Σ w·R / (z + ε·sign z)
 *   αβ-rule   R(a) = Σ (α·(a·w)⁺/Σ(a·w)⁺ − β·(a·w)⁻/Σ(a·w)⁻)·R        α − β = 1
 * </pre>
 *
 * The z⁺-rule is the αβ-rule of α 1 and β 0. The αβ-rule gives biases nothing, so that the
 * relevances of each layer sum to the output; where an output has no contribution of one sign, all
 * of its relevance goes to the other, in the z⁺-rule to all contributions; only what a bias alone
 * has made keeps its own. In the ε-rule biases and ε take a part. A batch norm behind a convolution
 * or a linear layer is folded into it. ReLU hands all down, max pooling to the largest element;
 * means, sums of branches and other linear layers share as the ε-rule does, without ε.
 *
 * <p>Sources: S. Bach et al., On pixel-wise explanations for non-linear classifier decisions by
 * layer-wise relevance propagation, PLoS ONE 10(7), 2015; G. Montavon et al., Layer-wise relevance
 * propagation: an overview, 2019.
 *
 * @param convolutions the rule of convolutions
 * @param linears the rule of linear layers
 */
public record LayerWiseRelevance(RelevanceRule convolutions, RelevanceRule linears)
        implements Method {
    /** The overview's composite: z⁺ for convolutions, ε for linear layers. */
    public LayerWiseRelevance() {
        this(RelevanceRule.zPlus(), RelevanceRule.epsilon(1e-6));
    }

    /** One rule for all. */
    public LayerWiseRelevance(RelevanceRule rule) {
        this(rule, rule);
    }

    /**
     * The relevance in a layer's output.
     *
     * @param path the layer's; empty for the sample itself
     * @param sum over all of its numbers
     */
    public record LayerSum(String path, double sum) {}

    @Override
    public String name() {
        return "layer-wise-relevance";
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        List<LayerSum> sums = new ArrayList<>();
        double[] values = relevance(on, x, target, sums);
        double output = on.outputs(x, target)[0];
        double taken = 0;
        double before = output;
        for (LayerSum layer : sums) {
            taken += Math.abs(layer.sum - before);
            before = layer.sum;
        }
        double error = taken + on.rounding() * Math.abs(output);
        return new Explanation(name(), target, on.sampleShape(), values, Explanation.Pixel.SUM)
                .with(new Completeness(output, Numbers.sum(values), error));
    }

    /**
     * The sums of relevances behind each layer of a {@link Sequential}, from the output down to the
     * sample: where they differ, biases and ε took a part.
     */
    public List<LayerSum> sums(Attribution on, double[] x, int target) {
        List<LayerSum> sums = new ArrayList<>();
        relevance(on, x, target, sums);
        return sums;
    }

    private double[] relevance(Attribution on, double[] x, int target, List<LayerSum> sums) {
        RelevanceNetwork network = new RelevanceNetwork(this);
        Model rebuilt =
                on.rebuilt(
                        this,
                        () -> network.of(on.model().network()),
                        (from, to) -> network.fill(on.model(), to));
        List<String> paths = top(on.model());
        Gradients g = on.gradients(rebuilt, x, target, paths.toArray(String[]::new));
        for (String path : paths) {
            double sum =
                    Numbers.sum(Numbers.product(g.activation(path), g.activationGradient(path)));
            sums.add(new LayerSum(path, sum));
        }
        Collections.reverse(sums);
        double[] values = Numbers.product(x, g.input());
        sums.add(new LayerSum("", Numbers.sum(values)));
        return values;
    }

    private static List<String> top(Model model) {
        return model.network() instanceof Sequential layers
                ? IntStream.range(0, layers.layers().size()).mapToObj(Integer::toString).toList()
                : List.of();
    }
}
