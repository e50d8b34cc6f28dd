package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The passes of a convolution through {@link WinogradStep}. */
record Winograd(WinogradShape shape, Layout weight, Layout in, Layout out)
        implements WeightedPasses {
    private static final List<Integer> ONE = List.of(1, 1);

    /**
     * The passes; null if the convolution is no such one: float32, two-dimensional, with windows of
     * 3x3 that neither jump nor are spread, and in one group.
     */
    static @Nullable Winograd of(
            ConvolutionSpec spec, OneDnnTensor x, OneDnnTensor w, OneDnnTensor y) {
        Engine engine = x.engine();
        long[] window = w.dims();
        boolean fits =
                x.dtype() == DType.FLOAT32
                        && engine.precision() != Precision.FAST_MATH
                        && window.length == 4
                        && window[2] == WinogradShape.KERNEL
                        && window[3] == WinogradShape.KERNEL
                        && spec.stride().equals(ONE)
                        && spec.dilation().equals(ONE)
                        && spec.groups() == 1
                        && spec.padding().stream().allMatch(p -> p < WinogradShape.KERNEL)
                        && addressable(x, 1)
                        && addressable(y, 1)
                        && addressable(w, 2);
        if (!fits) {
            return null;
        }
        int c = x.shape().dim(1);
        int k = y.shape().dim(1);
        WinogradShape shape =
                new WinogradShape(
                        x.shape().dim(0),
                        x.shape().dim(2),
                        x.shape().dim(3),
                        c,
                        y.shape().dim(2),
                        y.shape().dim(3),
                        k,
                        spec.padding().get(0),
                        spec.padding().get(1));
        return new Winograd(
                shape,
                weightLayout(engine, window),
                engine.layouts().channelsLast(dnnl_f32, x.dims()),
                engine.layouts().channelsLast(dnnl_f32, y.dims()));
    }

    /** Whether a buffer can hold some such tensors. */
    private static boolean addressable(OneDnnTensor tensor, int times) {
        return tensor.shape().size() * Float.BYTES * times <= Integer.MAX_VALUE;
    }

    /** One matrix (input channels, output channels) for each place in the window. */
    private static Layout weightLayout(Engine engine, long[] window) {
        long k = window[0];
        long pairs = k * window[1];
        return engine.layouts()
                .strided(dnnl_f32, window, new long[] {1, k, WinogradShape.KERNEL * pairs, pairs});
    }

    @Override
    public void forward(
            Pass pass,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            @Nullable OneDnnTensor addend,
            OneDnnTensor y,
            boolean relu) {
        OneDnnTensor to = pass.out(y, out);
        List<OneDnnTensor> arguments = new ArrayList<>();
        arguments.add(pass.in(x, in));
        arguments.add(pass.in(w, weight));
        arguments.add(to);
        if (b != null) {
            arguments.add(pass.in(b, b.plain()));
        }
        if (addend != null) {
            arguments.add(pass.in(addend, out));
        }
        WinogradConvolution.Options options =
                new WinogradConvolution.Options(
                        /* turned= */ false, b != null, addend != null, relu);
        pass.add(new WinogradConvolution(shape, options, pass, arguments));
        pass.store(to, y);
    }

    @Override
    public void backwardData(Pass pass, OneDnnTensor dy, OneDnnTensor w, OneDnnTensor dx) {
        OneDnnTensor to = pass.out(dx, in);
        List<OneDnnTensor> arguments = List.of(pass.in(dy, out), pass.in(w, weight), to);
        WinogradConvolution.Options options =
                new WinogradConvolution.Options(
                        /* turned= */ true,
                        /* bias= */ false,
                        /* addend= */ false,
                        /* relu= */ false);
        pass.add(new WinogradConvolution(shape.transposed(), options, pass, arguments));
        pass.store(to, dx);
    }

    @Override
    public void backwardWeights(
            Pass pass,
            OneDnnTensor x,
            OneDnnTensor dy,
            OneDnnTensor dw,
            @Nullable OneDnnTensor db) {
        OneDnnTensor to = pass.out(dw, weight);
        List<OneDnnTensor> arguments = new ArrayList<>();
        arguments.add(pass.in(x, in));
        arguments.add(pass.in(dy, out));
        arguments.add(to);
        if (db != null) {
            arguments.add(db);
            pass.writes(db);
        }
        pass.add(new WinogradBackwardWeights(shape, pass, arguments));
        pass.store(to, dw);
    }
}
