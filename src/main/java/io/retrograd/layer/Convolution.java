package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Products;
import io.retrograd.operation.TransposedConvolutionSpec;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The common part of convolutions of all ranks, plain and transposed.
 *
 * <p>The number of input channels is taken from the input when the layer is bound. A size is given
 * once for all spatial dimensions or one by one. The first values are PyTorch's: weight and bias
 * uniform in ±√(1 / fan-in), where fan-in is the weight's size over that of its dimension 0. Layers
 * are equal if their classes and all their settings are.
 *
 * @param <L> the layer's own type, which the withers return
 */
public abstract class Convolution<L extends Convolution<L>>
        extends Configured<Convolution.Settings, L> {
    /** All that a user can set; {@code outputPadding} is null unless transposed. */
    record Settings(
            int channels,
            List<Integer> kernel,
            ConvolutionSpec spec,
            @Nullable List<Integer> outputPadding,
            boolean bias,
            Initializer weightInit) {

        /** Stride 1, no padding, dilation 1, one group, with bias and PyTorch's first values. */
        static Settings of(String kind, int dims, boolean transposed, int channels, int... kernel) {
            Checks.atLeast(kind, "channels", 1, channels);
            List<Integer> ones = Sizes.all(dims, 1);
            List<Integer> zeros = Sizes.all(dims, 0);
            return new Settings(
                    channels,
                    Sizes.positive(kind, "kernel", dims, kernel),
                    new ConvolutionSpec(ones, zeros, ones, /* groups= */ 1),
                    transposed ? zeros : null,
                    /* bias= */ true,
                    Initializer.defaultWeight());
        }

        Settings spec(
                List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
            ConvolutionSpec changed = new ConvolutionSpec(stride, padding, dilation, groups);
            return new Settings(channels, kernel, changed, outputPadding, bias, weightInit);
        }
    }

    Convolution(Settings settings, Function<Settings, L> with) {
        super(settings, with);
    }

    /** The same with this step between windows. */
    public L stride(int... stride) {
        ConvolutionSpec spec = settings.spec;
        return with(
                settings.spec(
                        sizes("stride", stride), spec.padding(), spec.dilation(), spec.groups()));
    }

    /** The same with this many zeros on both sides of x; cut from y where transposed. */
    public L padding(int... padding) {
        ConvolutionSpec spec = settings.spec;
        return with(
                settings.spec(
                        spec.stride(), sizes("padding", padding), spec.dilation(), spec.groups()));
    }

    /** The same with this distance of neighbouring kernel elements. */
    public L dilation(int... dilation) {
        ConvolutionSpec spec = settings.spec;
        return with(
                settings.spec(
                        spec.stride(), spec.padding(), sizes("dilation", dilation), spec.groups()));
    }

    /** The same as this many independent convolutions of a part of the channels each. */
    public L groups(int groups) {
        ConvolutionSpec spec = settings.spec;
        Checks.groups(kind(), "channels", groups, settings.channels);
        return with(settings.spec(spec.stride(), spec.padding(), spec.dilation(), groups));
    }

    /** The same with or without bias. */
    public L bias(boolean present) {
        return with(
                new Settings(
                        settings.channels,
                        settings.kernel,
                        settings.spec,
                        settings.outputPadding,
                        present,
                        settings.weightInit));
    }

    /** The same with other first values of the weight. */
    public L weightInit(Initializer initializer) {
        return with(
                new Settings(
                        settings.channels,
                        settings.kernel,
                        settings.spec,
                        settings.outputPadding,
                        settings.bias,
                        initializer));
    }

    /** The same with y longer by this at its end; must stay below stride or dilation. */
    final L withOutputPadding(int... padding) {
        return with(
                new Settings(
                        settings.channels,
                        settings.kernel,
                        settings.spec,
                        sizes("output padding", padding),
                        settings.bias,
                        settings.weightInit));
    }

    @Override
    public final Shape outputShape(Shape input) {
        Shape weight = weightShape(input);
        TransposedConvolutionSpec transposed = transposed();
        return transposed == null
                ? settings.spec.outputShape(input, weight)
                : transposed.outputShape(input, weight);
    }

    @Override
    public final Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        Shape shape = weightShape(x.shape());
        Tensor w = binder.parameter("weight", shape, settings.weightInit);
        Tensor b =
                settings.bias
                        ? binder.parameter(
                                "bias", Shape.of(settings.channels), Initializer.defaultBias(shape))
                        : null;
        TransposedConvolutionSpec transposed = transposed();
        return transposed == null
                ? binder.record(to -> Products.Convolution.of(settings.spec, x, w, b, to)).y()
                : binder.record(to -> Products.TransposedConvolution.of(transposed, x, w, b, to))
                        .y();
    }

    private Shape weightShape(Shape input) {
        Shape kernel = Shape.of(settings.kernel);
        TransposedConvolutionSpec transposed = transposed();
        return transposed == null
                ? settings.spec.weightShape(input, settings.channels, kernel)
                : transposed.weightShape(input, settings.channels, kernel);
    }

    private @Nullable TransposedConvolutionSpec transposed() {
        return settings.outputPadding == null
                ? null
                : new TransposedConvolutionSpec(settings.spec, settings.outputPadding);
    }

    private List<Integer> sizes(String what, int... values) {
        return Sizes.of(kind(), what, settings.kernel.size(), values);
    }

    @Override
    final List<String> parts() {
        ConvolutionSpec spec = settings.spec;
        List<String> parts = new ArrayList<>();
        parts.add(Integer.toString(settings.channels));
        parts.add("kernel=" + settings.kernel);
        Sizes.describe(parts, "stride", spec.stride(), 1);
        Sizes.describe(parts, "padding", spec.padding(), 0);
        if (settings.outputPadding != null) {
            Sizes.describe(parts, "outputPadding", settings.outputPadding, 0);
        }
        Sizes.describe(parts, "dilation", spec.dilation(), 1);
        if (spec.groups() != 1) {
            parts.add("groups=" + spec.groups());
        }
        if (!settings.bias) {
            parts.add("bias=false");
        }
        return parts;
    }
}
