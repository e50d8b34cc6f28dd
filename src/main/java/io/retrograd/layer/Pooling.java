package io.retrograd.layer;

import io.retrograd.operation.PoolingSpec;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The common part of max and average pooling of all ranks: a window that slides over each channel's
 * plane.
 *
 * <p>A size is given once for all spatial dimensions or one by one. Layers are equal if their
 * classes and all their settings are.
 *
 * @param <L> the layer's own type, which the withers return
 */
public abstract class Pooling<L extends Pooling<L>> extends Configured<Pooling.Settings, L> {
    /** All that a user can set; {@code countIncludePad} is for means only. */
    record Settings(PoolingSpec spec, boolean countIncludePad) {
        /** The window's own size as stride, no padding, dilation 1, and padding counts. */
        static Settings of(String kind, int dims, int... kernel) {
            List<Integer> sizes = Sizes.positive(kind, "kernel", dims, kernel);
            List<Integer> zeros = Sizes.all(dims, 0);
            List<Integer> ones = Sizes.all(dims, 1);
            return new Settings(
                    new PoolingSpec(sizes, sizes, zeros, ones, /* ceilMode= */ false),
                    /* countIncludePad= */ true);
        }

        Settings spec(
                List<Integer> stride,
                List<Integer> padding,
                List<Integer> dilation,
                boolean ceilMode) {
            return new Settings(
                    new PoolingSpec(spec.kernel(), stride, padding, dilation, ceilMode),
                    countIncludePad);
        }
    }

    Pooling(Settings settings, Function<Settings, L> with) {
        super(settings, with);
    }

    /** The same with this step between windows. */
    public L stride(int... stride) {
        PoolingSpec s = settings.spec;
        return with(
                settings.spec(sizes("stride", stride), s.padding(), s.dilation(), s.ceilMode()));
    }

    /** The same with this many positions on both sides, at most half the kernel. */
    public L padding(int... padding) {
        PoolingSpec s = settings.spec;
        return with(
                settings.spec(s.stride(), sizes("padding", padding), s.dilation(), s.ceilMode()));
    }

    /** The same where the last window may reach over the edge. */
    public L ceilMode(boolean ceilMode) {
        PoolingSpec s = settings.spec;
        return with(settings.spec(s.stride(), s.padding(), s.dilation(), ceilMode));
    }

    /** The same with this distance of neighbouring window elements. */
    final L withDilation(int... dilation) {
        PoolingSpec s = settings.spec;
        return with(
                settings.spec(s.stride(), s.padding(), sizes("dilation", dilation), s.ceilMode()));
    }

    @Override
    public final Shape outputShape(Shape input) {
        return settings.spec.outputShape(input);
    }

    private List<Integer> sizes(String what, int... values) {
        return Sizes.of(kind(), what, settings.spec.dims(), values);
    }

    @Override
    final List<String> parts() {
        PoolingSpec spec = settings.spec;
        List<String> parts = new ArrayList<>();
        parts.add("kernel=" + spec.kernel());
        if (!spec.stride().equals(spec.kernel())) {
            parts.add("stride=" + spec.stride());
        }
        Sizes.describe(parts, "padding", spec.padding(), 0);
        Sizes.describe(parts, "dilation", spec.dilation(), 1);
        if (spec.ceilMode()) {
            parts.add("ceilMode=true");
        }
        if (!settings.countIncludePad) {
            parts.add("countIncludePad=false");
        }
        return parts;
    }
}
