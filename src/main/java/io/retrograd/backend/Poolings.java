package io.retrograd.backend;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Operations that make windows of an input one element each. */
public sealed interface Poolings extends Operation {
    Tensor x();

    @Override
    default List<Tensor> reads() {
        return List.of(x());
    }

    /** Shapes as at {@link PoolingSpec}. */
    record MaxPooling(PoolingSpec spec, Tensor x, Tensor y) implements Poolings {
        MaxPooling(PoolingSpec spec, Tensor x, Recorder to) {
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
        public Op make(Operations on, Parameters parameters) {
            return on.maxPooling(spec, x, y);
        }

        @Override
        public MaxPooling over(UnaryOperator<Tensor> of) {
            return new MaxPooling(spec, of.apply(x), of.apply(y));
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

        AveragePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Recorder to) {
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
        public Op make(Operations on, Parameters parameters) {
            return on.averagePooling(spec, countIncludePad, x, y);
        }

        @Override
        public AveragePooling over(UnaryOperator<Tensor> of) {
            return new AveragePooling(spec, countIncludePad, of.apply(x), of.apply(y));
        }
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    record AdaptiveAveragePooling(Tensor x, Tensor y) implements Poolings {
        AdaptiveAveragePooling(Shape output, Tensor x, Recorder to) {
            this(x, to.output(name(output.rank()), outputShape(x.shape(), output), List.of(x)));
        }

        private static String name(int dims) {
            return "AdaptiveAvgPool" + dims + "d";
        }

        /** The shape of y for these spatial sizes. */
        public static Shape outputShape(Shape x, Shape output) {
            Spatial.checkInput(name(output.rank()), x, output.rank());
            return output.batch(x.dim(1)).batch(x.dim(0));
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
        public Op make(Operations on, Parameters parameters) {
            return on.adaptiveAveragePooling(x, y);
        }

        @Override
        public AdaptiveAveragePooling over(UnaryOperator<Tensor> of) {
            return new AdaptiveAveragePooling(of.apply(x), of.apply(y));
        }
    }
}
