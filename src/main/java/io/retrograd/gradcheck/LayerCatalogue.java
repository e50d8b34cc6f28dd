package io.retrograd.gradcheck;

import io.retrograd.layer.Activation;
import io.retrograd.layer.Add;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.CrossAttention;
import io.retrograd.layer.Custom;
import io.retrograd.layer.DropPath;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Dropout2d;
import io.retrograd.layer.Factor;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Glu;
import io.retrograd.layer.Graph;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LayerScale;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.MatMul;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Mul;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Offset;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Permute;
import io.retrograd.layer.PixelShuffle;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu6;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Sub;
import io.retrograd.layer.Sum;
import io.retrograd.layer.Tanh;
import io.retrograd.layer.Transpose;
import io.retrograd.layer.View;
import io.retrograd.loss.JointLoss;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.PadSpec.Mode;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every kind of layer and loss once or more, at sizes and settings that no two dimensions share, so
 * that what is mixed up shows.
 *
 * <p>To cover a new layer, add a line to {@link #layers}.
 */
public final class LayerCatalogue {
    private LayerCatalogue() {}

    /**
     * A layer or a loss, or a loss behind a layer, and an input for it.
     *
     * @param name as in {@code gradcheck NAME}
     * @param layer the layer; none for a loss alone
     * @param loss the loss; none for a layer
     * @param inputShape the batch included
     * @param inference whether it infers otherwise than it trains
     */
    public record Entry(
            String name,
            Optional<Layer> layer,
            Optional<JointLoss> loss,
            Shape inputShape,
            boolean inference) {

        /** The checks that cover it: in training, and in inference where that differs. */
        public List<GradientCheck> checks() {
            GradientCheck plain = GradientCheck.of(layer.orElse(new Sequential()), inputShape);
            GradientCheck check = loss.map(plain::loss).orElse(plain);
            return inference ? List.of(check, check.training(false)) : List.of(check);
        }
    }

    public static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(layers());
        entries.addAll(LossCatalogue.entries());
        return entries;
    }

    public static Optional<Entry> find(String name) {
        return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    private static List<Entry> layers() {
        List<Entry> all = new ArrayList<>();
        all.addAll(SpatialEntries.all());
        all.addAll(norms());
        all.addAll(activations());
        all.addAll(RecurrentEntries.all());
        all.addAll(
                List.of(
                        layer("linear", new Linear(3), 4, 5),
                        layer("linear-no-bias", new Linear(3).bias(false), 2, 3, 5),
                        layer("softmax", new Softmax(1), 3, 5),
                        layer("softmax-spatial", new Softmax(1), 2, 4, 3),
                        layer("log-softmax", new LogSoftmax(-1), 3, 5),
                        both("dropout", new Dropout(0.3), 3, 13),
                        both("dropout2d", new Dropout2d(0.3), 3, 5, 2, 3),
                        both("drop-path", new DropPath(0.4), 5, 3, 2),
                        layer("multihead-attention", new MultiheadAttention(2), 2, 3, 6),
                        layer(
                                "multihead-attention-causal",
                                new MultiheadAttention(3).causal(true),
                                2,
                                4,
                                6),
                        layer("cross-attention", crossAttention(), 2, 3, 4),
                        layer("shared", siamese(), 2, 3, 5),
                        layer("tied", tied(), 3, 4),
                        layer("flatten", new Flatten(), 2, 3, 5),
                        layer("transpose", new Transpose(1, -1), 2, 3, 4, 5),
                        layer("permute", new Permute(0, 3, 1, 2), 2, 3, 4, 5),
                        layer("reshape", new Reshape(6, 5), 2, 3, 2, 5),
                        layer("pixel-shuffle", new PixelShuffle(2), 2, 8, 3, 5),
                        layer("narrow", new Narrow(1, -4, 3), 2, 7, 3),
                        layer("pad", new Pad(2, 1, -1, 3).value(0.7), 2, 3, 4, 5),
                        layer("pad-reflect", new Pad(2, 1, 0, 3).mode(Mode.REFLECT), 2, 3, 4, 5),
                        layer("pad-replicate", new Pad(2, 3).mode(Mode.REPLICATE), 2, 3, 5),
                        layer("interpolate", Interpolate.to(7, 3), 2, 3, 4, 5),
                        layer("interpolate-linear", Interpolate.by(2, 3).linear(), 2, 3, 4, 5),
                        layer("interpolate-aligned", Interpolate.to(7, 3).linear(true), 2, 2, 4, 5),
                        layer("interpolate-cubes", Interpolate.to(3, 5, 2).linear(), 1, 2, 2, 3, 4),
                        layer("scale", new Scale(-1.7), 2, 3, 5),
                        layer("mean", new Mean(1, -1), 2, 3, 4, 5),
                        layer("sum", new Sum(2), 2, 3, 4, 5),
                        layer("glu", new Glu(1), 2, 6, 5),
                        layer("gate", new Gate(new Sequential(new Linear(5), new Tanh())), 4, 5),
                        layer("squeeze-excite", squeezeExcite(3), 2, 3, 4, 5),
                        layer("layer-scale", new LayerScale(0.7), 2, 3, 5),
                        layer(
                                "sequential",
                                new Sequential(new Linear(7), new Tanh(), new Linear(3)),
                                4,
                                5),
                        layer(
                                "residual",
                                new Residual(
                                        new Sequential(new Linear(3), new Silu(), new Linear(5)),
                                        new Linear(5)),
                                4,
                                5),
                        layer("residual-identity", new Residual(new Linear(5)), 4, 5),
                        layer(
                                "concat",
                                new Concat(
                                        new Conv1d(2, 3).padding(1),
                                        new Sequential(),
                                        new Conv1d(4, 1)),
                                2,
                                3,
                                5),
                        layer("graph", diamond(), 2, 3, 5),
                        layer("graph-broadcast", broadcast(), 2, 3, 5),
                        layer("mat-mul", gram(), 2, 3, 5),
                        layer("view", new View(5, -1, 2), 2, 3, 5),
                        layer("offset", new Offset(1, 3, 1), 2, 3, 5),
                        layer("offset-buffer", new Offset(Shape.of(1, 1, 5), false), 2, 3, 5),
                        layer("factor", new Factor(1, 1, 5), 2, 3, 5),
                        layer("factor-buffer", new Factor(Shape.of(1, 3, 1), false), 2, 3, 5),
                        layer("custom", swish(), 3, 5),
                        layer("custom-surrogate", straightThroughSign(), 3, 5)));
        return all;
    }

    private static List<Entry> norms() {
        return List.of(
                both("batch-norm", new BatchNorm().momentum(0.3), 4, 3),
                both("batch-norm-spatial", new BatchNorm().eps(1e-2), 2, 3, 2, 5),
                layer("layer-norm", new LayerNorm(5).eps(1e-2), 2, 3, 5),
                layer("layer-norm-2d", new LayerNorm(3, 4), 2, 3, 4),
                layer("group-norm", new GroupNorm(2).eps(1e-2), 2, 6, 3),
                layer("instance-norm", new InstanceNorm().eps(1e-2), 2, 3, 4, 5),
                layer("instance-norm-affine", new InstanceNorm().eps(1e-2).affine(true), 2, 3, 5),
                layer("rms-norm", new RmsNorm(5).eps(1e-2), 2, 3, 5),
                layer("rms-norm-2d", new RmsNorm(3, 4).eps(1e-2), 2, 3, 4),
                layer(
                        "local-response-norm",
                        new LocalResponseNorm(3).alpha(0.9).beta(0.6).k(1.5),
                        2,
                        5,
                        3),
                layer("local-response-norm-even", new LocalResponseNorm(4).alpha(0.5), 2, 7, 2, 2));
    }

    /** Each function, those that have a parameter with one of their own. */
    private static List<Entry> activations() {
        List<Entry> entries = new ArrayList<>();
        for (ActivationSpec.Kind kind : ActivationSpec.Kind.values()) {
            double alpha = kind == ActivationSpec.Kind.ELU ? 1.3 : 0.2;
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            entries.add(layer(name, Activation.of(new ActivationSpec(kind, alpha)), 2, 13));
        }
        // Inputs alone do not reach the ceiling.
        entries.add(layer("relu6-beyond", new Sequential(new Scale(3), new Relu6()), 2, 13));
        entries.add(layer("prelu", new Prelu(), 2, 3, 5));
        entries.add(layer("prelu-per-channel", new Prelu().perChannel(true), 2, 3, 5));
        return entries;
    }

    /** Each step attends to what is made of all. */
    private static Graph crossAttention() {
        return Graph.of("x")
                .node("memory", new Linear(6), "x")
                .node("y", new CrossAttention(2), "x", "memory");
    }

    /** One convolution of two inputs. */
    private static Graph siamese() {
        return Graph.of("x")
                .node("half", new Scale(0.5), "x")
                .node("one", new Conv1d(4, 3), "x")
                .shared("other", "one", "half")
                .node("product", new Mul(), "one", "other");
    }

    /** One weight of two linear maps. */
    private static Graph tied() {
        return Graph.of("x")
                .node("in", new Linear(4), "x")
                .node("tanh", new Tanh(), "in")
                .node("out", new Linear(4), "tanh")
                .tied("out.weight", "in.weight");
    }

    /** Ways that part and meet again, and a skip. */
    private static Graph diamond() {
        return Graph.of("x")
                .node("left", new Conv1d(4, 3).padding(1), "x")
                .node("right", new Conv1d(4, 1), "x")
                .node("product", new Mul(), "left", "right")
                .node("sum", new Add(), "left", "product")
                .node("all", new Concat(), "sum", "x", "right");
    }

    /** Each row less its mean, and that added to each again, weighed. */
    private static Graph broadcast() {
        return Graph.of("x")
                .node("mean", new Sequential(new Mean(2), new View(-1, 3, 1)), "x")
                .node("centred", new Sub(), "x", "mean")
                .node("weighed", new Scale(-0.7), "mean")
                .node("y", new Add(), "weighed", "centred");
    }

    /** Products of all rows with each other. */
    private static Graph gram() {
        return Graph.of("x")
                .node("columns", new Transpose(1, 2), "x")
                .node("y", new MatMul(), "x", "columns");
    }

    /** A gate of one number for each channel. */
    private static Gate squeezeExcite(int channels) {
        return new Gate(
                new Sequential(
                        new Mean(2, 3),
                        new Linear(channels),
                        new Tanh(),
                        new Reshape(channels, 1, 1)));
    }

    /** x·σ(x), as a user would write it. */
    private static Custom swish() {
        return Custom.of(
                "swish",
                x -> x / (1 + Math.exp(-x)),
                x -> {
                    double s = 1 / (1 + Math.exp(-x));
                    return s * (1 + x * (1 - s));
                });
    }

    /** The sign, with the gradient of the identity clamped to [−1, 1]. */
    private static Custom straightThroughSign() {
        return Custom.of("sign", Math::signum, x -> Math.abs(x) <= 1 ? 1 : 0)
                .surrogate(x -> Math.max(-1, Math.min(1, x)))
                .kinks(-1, 1);
    }

    static Entry layer(String name, Layer layer, int... input) {
        return new Entry(name, Optional.of(layer), Optional.empty(), Shape.of(input), false);
    }

    /** A layer that infers otherwise than it trains. */
    static Entry both(String name, Layer layer, int... input) {
        return new Entry(name, Optional.of(layer), Optional.empty(), Shape.of(input), true);
    }
}
