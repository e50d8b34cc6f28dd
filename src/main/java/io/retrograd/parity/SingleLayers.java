package io.retrograd.parity;

import io.retrograd.layer.Activation;
import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AdaptiveAvgPool3d;
import io.retrograd.layer.AdaptiveMaxPool1d;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.AdaptiveMaxPool3d;
import io.retrograd.layer.AdaptivePooling;
import io.retrograd.layer.AveragePooling;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Celu;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Glu;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LayerValues;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.MaxPooling;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pad;
import io.retrograd.layer.PixelShuffle;
import io.retrograd.layer.Pooling;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Softmax;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.PadSpec;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The layer that computes a case's operation; sizes come from the attributes and the weight. */
final class SingleLayers {
    private SingleLayers() {}

    /** The layer for a case, or null where its operation is no layer. */
    static @Nullable Layer of(ParityCase c) {
        Attributes a = c.attributes();
        return switch (c.op()) {
            case "adaptive_avg_pool1d" ->
                    adaptive(c, new AdaptiveAvgPool1d(a.sizes("output_size", 1)));
            case "adaptive_avg_pool2d" ->
                    adaptive(c, new AdaptiveAvgPool2d(a.sizes("output_size", 2)));
            case "adaptive_avg_pool3d" ->
                    adaptive(c, new AdaptiveAvgPool3d(a.sizes("output_size", 3)));
            case "adaptive_max_pool1d" ->
                    adaptive(c, new AdaptiveMaxPool1d(a.sizes("output_size", 1)));
            case "adaptive_max_pool2d" ->
                    adaptive(c, new AdaptiveMaxPool2d(a.sizes("output_size", 2)));
            case "adaptive_max_pool3d" ->
                    adaptive(c, new AdaptiveMaxPool3d(a.sizes("output_size", 3)));
            case "avg_pool1d" -> average(new AvgPool1d(a.sizes("kernel_size", 1)), c, 1);
            case "avg_pool2d" -> average(new AvgPool2d(a.sizes("kernel_size", 2)), c, 2);
            case "avg_pool3d" -> average(new AvgPool3d(a.sizes("kernel_size", 3)), c, 3);
            case "batch_norm" ->
                    new BatchNorm().eps(a.number("eps")).momentum(a.number("momentum"));
            case "celu" -> new Celu(a.number("alpha", 1));
            case "conv1d" -> convolution(new Conv1d(channels(c, 1), kernel(c, 1)), c, 1, "output");
            case "conv2d" -> convolution(new Conv2d(channels(c, 2), kernel(c, 2)), c, 2, "output");
            case "conv3d" -> convolution(new Conv3d(channels(c, 3), kernel(c, 3)), c, 3, "output");
            case "conv_transpose1d" ->
                    convolution(new ConvTranspose1d(transposed(c, 1), kernel(c, 1)), c, 1, "input")
                            .outputPadding(a.sizes("output_padding", 1));
            case "conv_transpose2d" ->
                    convolution(new ConvTranspose2d(transposed(c, 2), kernel(c, 2)), c, 2, "input")
                            .outputPadding(a.sizes("output_padding", 2));
            case "conv_transpose3d" ->
                    convolution(new ConvTranspose3d(transposed(c, 3), kernel(c, 3)), c, 3, "input")
                            .outputPadding(a.sizes("output_padding", 3));
            case "embedding" -> embedding(c);
            case "elu" -> new Elu(a.number("alpha"));
            case "gelu" -> gelu(a.has("approximate") ? a.text("approximate") : "none");
            case "glu" -> new Glu(a.integer("dim"));
            case "group_norm" -> new GroupNorm(a.integer("num_groups")).eps(a.number("eps"));
            case "instance_norm" ->
                    new InstanceNorm().eps(a.number("eps")).affine(a.flag("affine"));
            case "interpolate" -> interpolation(c);
            case CaseForm.LAYER -> LayerValues.layer(a.map("layer"));
            case "layer_norm" -> new LayerNorm(a.integers("normalized_shape")).eps(a.number("eps"));
            case "leaky_relu" -> new LeakyRelu(a.number("negative_slope"));
            case "linear" -> linear(c);
            case "local_response_norm" -> localResponseNorm(c);
            case "log_softmax" -> new LogSoftmax(a.integer("dim"));
            case "max_pool1d" -> maximum(new MaxPool1d(a.sizes("kernel_size", 1)), c, 1);
            case "max_pool2d" -> maximum(new MaxPool2d(a.sizes("kernel_size", 2)), c, 2);
            case "max_pool3d" -> maximum(new MaxPool3d(a.sizes("kernel_size", 3)), c, 3);
            case "mul" -> new Multiplied(c.shape("other"));
            case "multi_head_attention" ->
                    new MultiheadAttention(a.integer("num_heads")).causal(a.flag("causal"));
            case "narrow" -> new Narrow(a.integer("dim"), a.integer("start"), a.integer("length"));
            case "pad" -> padding(c);
            case "pixel_shuffle" -> new PixelShuffle(a.integer("upscale_factor"));
            case "prelu" -> new Prelu().perChannel(weight(c, 1).size() != 1);
            case "rms_norm" -> new RmsNorm(a.integers("normalized_shape")).eps(a.number("eps"));
            case "softmax" -> new Softmax(a.integer("dim"));
            default -> activation(c.op());
        };
    }

    private static Gelu gelu(String approximate) {
        return switch (approximate) {
            case "none" -> new Gelu();
            case "tanh" -> new Gelu(Gelu.Approximation.TANH);
            default ->
                    throw new IllegalArgumentException(
                            "gelu: expected approximate none or tanh, got " + approximate);
        };
    }

    /** A function without parameter by its name, or null. */
    private static @Nullable Layer activation(String name) {
        for (ActivationSpec.Kind kind : ActivationSpec.Kind.values()) {
            if (kind.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Activation.of(ActivationSpec.of(kind));
            }
        }
        return null;
    }

    /** A negative padding index counts from the end. */
    private static Layer embedding(ParityCase c) {
        Shape weight = weight(c, 2);
        Embedding layer = new Embedding(weight.dim(0), weight.dim(1));
        int padding = c.attributes().integer("padding_idx", 0);
        if (!c.attributes().has("padding_idx")) {
            return layer;
        }
        return layer.paddingIndex(padding < 0 ? padding + weight.dim(0) : padding);
    }

    private static Layer linear(ParityCase c) {
        Shape weight = weight(c, 2);
        Limits.checkWork(c.op(), c.shape("output"), weight.dim(1));
        return new Linear(weight.dim(0)).bias(c.has("bias"));
    }

    /** One window is at most two larger than the input's share in each dimension. */
    private static Layer adaptive(ParityCase c, AdaptivePooling layer) {
        Shape in = c.shape("input");
        Shape out = layer.outputShape(in);
        int[] window = new int[in.rank() - 2];
        Arrays.setAll(window, i -> in.dim(i + 2) / out.dim(i + 2) + 2);
        Limits.checkWork(c.op(), out, window);
        return layer;
    }

    private static Layer padding(ParityCase c) {
        Attributes a = c.attributes();
        String mode = a.text("mode").toUpperCase(Locale.ROOT);
        List<Integer> amounts = Arrays.stream(a.integers("pad")).boxed().toList();
        double value = a.has("value") ? a.number("value") : 0;
        return new Pad(new PadSpec(PadSpec.Mode.valueOf(mode), value, amounts));
    }

    private static Layer interpolation(ParityCase c) {
        Attributes a = c.attributes();
        Interpolate nearest = Interpolate.to(a.integers("size"));
        boolean aligned = a.has("align_corners") && a.flag("align_corners");
        return a.text("mode").equals("nearest") ? nearest : nearest.linear(aligned);
    }

    private static Layer localResponseNorm(ParityCase c) {
        Attributes a = c.attributes();
        int size = a.integer("size");
        Limits.checkWork(c.op(), c.shape("input"), size);
        return new LocalResponseNorm(size)
                .alpha(a.number("alpha"))
                .beta(a.number("beta"))
                .k(a.number("k"));
    }

    private static <L extends AveragePooling<L>> L average(L layer, ParityCase c, int dims) {
        return pooling(layer, c, dims).countIncludePad(c.attributes().flag("count_include_pad"));
    }

    private static <L extends MaxPooling<L>> L maximum(L layer, ParityCase c, int dims) {
        return pooling(layer, c, dims).dilation(c.attributes().sizes("dilation", dims));
    }

    private static <L extends Pooling<L>> L pooling(L layer, ParityCase c, int dims) {
        Attributes a = c.attributes();
        Limits.checkWork(c.op(), c.shape("output"), a.sizes("kernel_size", dims));
        return layer.stride(a.sizes("stride", dims))
                .padding(a.sizes("padding", dims))
                .ceilMode(a.flag("ceil_mode"));
    }

    /**
     * Sets what the two kinds of convolution share.
     *
     * @param met the tensor whose elements each meet one slice of the weight along its first size
     */
    private static <L extends Convolution<L>> L convolution(
            L layer, ParityCase c, int dims, String met) {
        Attributes a = c.attributes();
        int[] slice =
                weight(c, dims + 2).tail(1).dims().stream().mapToInt(Integer::intValue).toArray();
        Limits.checkWork(c.op(), c.shape(met), slice);
        return layer.stride(a.sizes("stride", dims))
                .padding(a.sizes("padding", dims))
                .dilation(a.sizes("dilation", dims))
                .groups(a.integer("groups"))
                .bias(c.has("bias"));
    }

    /** Output channels: weight (K, C/groups, kernel...). */
    private static int channels(ParityCase c, int dims) {
        return weight(c, dims + 2).dim(0);
    }

    /** Output channels of a transposed convolution: weight (C, K/groups, kernel...). */
    private static int transposed(ParityCase c, int dims) {
        long groups = c.attributes().integer("groups");
        return Shape.vector("K", weight(c, dims + 2).dim(1) * groups).dim(0);
    }

    private static int[] kernel(ParityCase c, int dims) {
        return weight(c, dims + 2).tail(2).dims().stream().mapToInt(Integer::intValue).toArray();
    }

    private static Shape weight(ParityCase c, int rank) {
        Shape weight = c.shape("weight");
        if (weight.rank() != rank) {
            throw new IllegalArgumentException(
                    "weight: expected " + rank + " dimensions, got " + weight);
        }
        return weight;
    }
}
