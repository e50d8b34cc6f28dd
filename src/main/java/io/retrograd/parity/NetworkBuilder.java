package io.retrograd.parity;

import io.retrograd.bind.Binder;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Pooling;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Tanh;
import io.retrograd.layer.Transpose;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Builds a network from {@code attrs.layers}, layer by layer along the shapes. */
final class NetworkBuilder {
    /** Terms that cost as much as one call of a layer. */
    private static final int CALL = 10;

    private final int passes;
    private int count;
    private double work;

    /**
     * A builder of one network.
     *
     * @param passes how often the network will run forward, for the limit of its work
     */
    NetworkBuilder(int passes) {
        this.passes = passes;
    }

    /** The layers one after the other. */
    Layer sequence(List<Attributes> descriptions, Shape in) {
        List<Layer> layers = new ArrayList<>();
        Shape shape = in;
        for (Attributes a : descriptions) {
            if (++count > Limits.LAYERS) {
                throw new IllegalArgumentException(
                        a.where() + ": expected at most " + Limits.LAYERS + " layers, got more");
            }
            Layer layer = layer(a, shape);
            a.checkAllUsed();
            Shape out = outputShape(a, layer, shape);
            spend(a, CALL + Limits.work(shape) + Limits.work(out));
            shape = out;
            layers.add(layer);
        }
        return new Sequential(layers);
    }

    private Layer layer(Attributes a, Shape in) {
        String type = a.text("type");
        return switch (type) {
            case "avg_pool2d" ->
                    pooling(new AvgPool2d(a.sizes("kernel", 2)), a, 2, in)
                            .countIncludePad(a.flag("count_include_pad", true));
            case "batch_norm2d" -> batchNorm(a, in);
            case "concat" -> concat(a, in);
            case "conv1d" ->
                    convolution(new Conv1d(a.integer("out"), a.sizes("kernel", 1)), a, 1, in);
            case "conv2d" ->
                    convolution(new Conv2d(a.integer("out"), a.sizes("kernel", 2)), a, 2, in);
            case "embedding" -> new Embedding(a.integer("num_embeddings"), a.integer("dim"));
            case "flatten" -> new Flatten();
            case "global_avg_pool2d" -> new GlobalAvgPool2d();
            case "gru" -> gru(a, in);
            case "linear" -> linear(a, in);
            case "max_pool1d" ->
                    pooling(new MaxPool1d(a.sizes("kernel", 1)), a, 1, in)
                            .dilation(a.sizes("dilation", 1, 1));
            case "max_pool2d" ->
                    pooling(new MaxPool2d(a.sizes("kernel", 2)), a, 2, in)
                            .dilation(a.sizes("dilation", 2, 1));
            case "mean_time" -> new MeanOverTime();
            case "relu" -> new Relu();
            case "residual" -> residual(a, in);
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            case "transpose12" -> new Transpose(1, 2);
            default ->
                    throw new IllegalArgumentException(
                            a.where() + ".type: expected a known layer, got " + type);
        };
    }

    private Layer linear(Attributes a, Shape in) {
        checkSize(a, "in", in, in.rank() - 1);
        Layer layer = new Linear(a.integer("out")).bias(a.flag("bias", true));
        spend(a, Limits.work(outputShape(a, layer, in), a.integer("in")));
        return layer;
    }

    private static Layer batchNorm(Attributes a, Shape in) {
        checkSize(a, "features", in, 1);
        return new BatchNorm().eps(a.number("eps", 1e-5)).momentum(a.number("momentum", 0.1));
    }

    private <L extends Convolution<L>> L convolution(L plain, Attributes a, int dims, Shape in) {
        checkSize(a, "in", in, 1);
        L layer =
                plain.stride(a.sizes("stride", dims, 1))
                        .padding(a.sizes("padding", dims, 0))
                        .dilation(a.sizes("dilation", dims, 1))
                        .groups(a.integer("groups", 1))
                        .bias(a.flag("bias", true));
        Shape out = outputShape(a, layer, in);
        int terms = in.dim(1) / a.integer("groups", 1);
        spend(a, terms * Limits.work(out, a.sizes("kernel", dims)));
        return layer;
    }

    /** A child of its own: its parameters' names begin with {@code gru}. */
    private Layer gru(Attributes a, Shape in) {
        checkSize(a, "in", in, 2);
        int hidden = a.integer("hidden");
        Layer layer = new Gru(hidden).bidirectional(a.flag("bidirectional", false));
        Shape out = outputShape(a, layer, in);
        spend(a, 3 * (Limits.work(out, a.integer("in")) + Limits.work(out, hidden)));
        return new Child("gru", layer);
    }

    /** A layer with a name between those of its parent and its parameters. */
    private record Child(String name, Layer layer) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return layer.outputShape(input);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            return binder.scope(name, () -> layer.bind(binder, x));
        }
    }

    private <L extends Pooling<L>> L pooling(L pool, Attributes a, int dims, Shape in) {
        int[] kernel = a.sizes("kernel", dims);
        L layer = pool.padding(a.sizes("padding", dims, 0)).ceilMode(a.flag("ceil_mode", false));
        L strided = a.has("stride") ? layer.stride(a.sizes("stride", dims)) : layer;
        spend(a, Limits.work(outputShape(a, strided, in), kernel));
        return strided;
    }

    /** Refuses a network whose layers up to here compute for too long together. */
    private void spend(Attributes a, double terms) {
        work += passes * terms;
        Limits.checkWork(a.where(), work);
    }

    private Layer residual(Attributes a, Shape in) {
        Layer body = sequence(a.objects("body"), in);
        return a.has("shortcut")
                ? new Residual(body, sequence(a.objects("shortcut"), in))
                : new Residual(body);
    }

    private Layer concat(Attributes a, Shape in) {
        List<Layer> branches = new ArrayList<>();
        for (List<Attributes> branch : a.objectLists("branches")) {
            branches.add(sequence(branch, in));
        }
        return new Concat(branches);
    }

    /**
     * The layer's output shape; an input that it refuses is reported with its place in the case.
     */
    private static Shape outputShape(Attributes a, Layer layer, Shape in) {
        try {
            return layer.outputShape(in);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(a.where() + ": " + e.getMessage(), e);
        }
    }

    private static void checkSize(Attributes a, String name, Shape in, int dim) {
        int size = a.integer(name);
        if (in.rank() < 2 || in.rank() <= dim || in.dim(dim) != size) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s.%s: expected the size of input %s, got %d",
                            a.where(), name, in, size));
        }
    }
}
