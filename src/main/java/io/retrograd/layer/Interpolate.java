package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.InterpolationSpec;
import io.retrograd.operation.InterpolationSpec.Mode;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Other spatial sizes: x (N, C, spatial...), y (N, C, out...).
 *
 * @param spec the sizes, and how outputs are found between inputs
 */
public record Interpolate(InterpolationSpec spec) implements Layer {
    /**
     * This many times as large, each output the nearest input.
     *
     * @param factors one for each spatial dimension, at least 1
     */
    public static Interpolate by(int... factors) {
        return new Interpolate(
                new InterpolationSpec(
                        Mode.NEAREST, /* alignCorners= */ false, List.of(), list(factors)));
    }

    /**
     * These spatial sizes, each output the nearest input.
     *
     * @param sizes one for each spatial dimension, at least 1
     */
    public static Interpolate to(int... sizes) {
        return new Interpolate(
                new InterpolationSpec(
                        Mode.NEAREST, /* alignCorners= */ false, list(sizes), List.of()));
    }

    /** The same with outputs between inputs: linear, bilinear or trilinear. */
    public Interpolate linear() {
        return linear(/* alignCorners= */ false);
    }

    /**
     * As {@link #linear()}.
     *
     * @param alignCorners whether the first and the last elements meet, and not the outer edges
     */
    public Interpolate linear(boolean alignCorners) {
        return new Interpolate(
                new InterpolationSpec(Mode.LINEAR, alignCorners, spec.sizes(), spec.factors()));
    }

    private static List<Integer> list(int... values) {
        return Arrays.stream(values).boxed().toList();
    }

    @Override
    public Shape outputShape(Shape input) {
        return spec.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Samplings.Interpolate(spec, x, to)).y();
    }
}
