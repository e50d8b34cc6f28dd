package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Operations that reduce each window of an input to one element. */
public sealed interface Poolings extends Operation {
    Tensor x();

    /** Shapes as at {@link PoolingSpec}. */
    record MaxPooling(PoolingSpec spec, Tensor x, Tensor y) implements Poolings {
        public MaxPooling(PoolingSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output(name(spec), spec.outputShape(x.shape()), x));
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

    /** Shapes as at {@link PoolingSpec}; without dilation, which no library has for means. */
    record AveragePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Tensor y)
            implements Poolings {
        public AveragePooling {
            if (spec.dilation().stream().anyMatch(dilation -> dilation != 1)) {
                throw new IllegalArgumentException(
                        name(spec) + ": dilation must be 1, got " + spec.dilation());
            }
        }

        public AveragePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Outputs to) {
            this(spec, countIncludePad, x, to.output(name(spec), spec.outputShape(x.shape()), x));
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

    /** The shape of y where windows divide x (N, C, spatial...) among outputs of these sizes. */
    static Shape adaptiveShape(String name, Shape x, Shape output) {
        Spatial.checkInput(name, x, output.rank());
        return output.prepend(x.dim(1)).prepend(x.dim(0));
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    record AdaptiveMaxPooling(String name, Tensor x, Tensor y) implements Poolings {
        public AdaptiveMaxPooling(String name, Shape output, Tensor x, Outputs to) {
            this(name, x, to.output(name, adaptiveShape(name, x.shape(), output), x));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.adaptiveMaxPooling(this);
        }
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    record AdaptiveAveragePooling(String name, Tensor x, Tensor y) implements Poolings {
        public AdaptiveAveragePooling(String name, Shape output, Tensor x, Outputs to) {
            this(name, x, to.output(name, adaptiveShape(name, x.shape(), output), x));
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
