package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Operations that make windows of an input one element each. */
public sealed interface Poolings extends Operation {
    Tensor x();

    @Override
    default List<Tensor> reads() {
        return List.of(x());
    }

    /** Shapes as at {@link PoolingSpec}. */
    record MaxPooling(PoolingSpec spec, Tensor x, Tensor y) implements Poolings {
        public MaxPooling(PoolingSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output(name(spec), spec.outputShape(x.shape()), List.of(x)));
        }

        private static String name(PoolingSpec spec) {
            return "MaxPool" + spec.dims() + "d";
        }

        @Override
        public String name() {
            return name(spec);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.maxPooling(this);
        }
    }

    /** Shapes as at {@link PoolingSpec}; without dilation, which no library's means have. */
    record AveragePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Tensor y)
            implements Poolings {
        public AveragePooling {
            if (spec.dilation().stream().anyMatch(dilation -> dilation != 1)) {
                throw new IllegalArgumentException(
                        name(spec) + ": dilation must be 1, got " + spec.dilation());
            }
        }

        public AveragePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Outputs to) {
            this(
                    spec,
                    countIncludePad,
                    x,
                    to.output(name(spec), spec.outputShape(x.shape()), List.of(x)));
        }

        private static String name(PoolingSpec spec) {
            return "AvgPool" + spec.dims() + "d";
        }

        @Override
        public String name() {
            return name(spec);
        }

        @Override
        public List<Tensor> linearIn() {
            return reads();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.averagePooling(this);
        }
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    record AdaptiveAveragePooling(Tensor x, Tensor y) implements Poolings {
        public AdaptiveAveragePooling(Shape output, Tensor x, Outputs to) {
            this(x, to.output(name(output.rank()), outputShape(x.shape(), output), List.of(x)));
        }

        private static String name(int dims) {
            return "AdaptiveAvgPool" + dims + "d";
        }

        /** The shape of y for these spatial sizes. */
        public static Shape outputShape(Shape x, Shape output) {
            Spatial.checkInput(name(output.rank()), x, output.rank());
            return output.prepend(x.dim(1)).prepend(x.dim(0));
        }

        @Override
        public String name() {
            return name(x.shape().rank() - 2);
        }

        @Override
        public List<Tensor> linearIn() {
            return reads();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.adaptiveAveragePooling(this);
        }
    }
}
