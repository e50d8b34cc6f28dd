package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that end a network: y is one number, in the parameters' precision. */
public sealed interface Losses extends Operation {
    /** Logits x (N, C, d...), labels (N, d...) or probabilities (N, C, d...), class weight (C). */
    record CrossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor target, @Nullable Tensor classWeight, Tensor y)
            implements Losses {
        private static final String NAME = "CrossEntropy";

        public CrossEntropy {
            Shape expected = targetShape(x.shape(), spec.form());
            if (!target.shape().equals(expected)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a target of shape %s for %s, got %s",
                                NAME, expected, x.shape(), target.shape()));
            }
            if (target.grad() != null) {
                throw new IllegalArgumentException(
                        NAME + ": expected a target without gradient, got " + target);
            }
            Checks.vector(NAME, "class weight", classWeight, x.shape().dim(1));
        }

        public CrossEntropy(
                CrossEntropySpec spec,
                Tensor x,
                Tensor target,
                @Nullable Tensor classWeight,
                Outputs to) {
            this(spec, x, target, classWeight, to.loss(NAME, x));
        }

        /** The shape of the target for x of this one. */
        public static Shape targetShape(Shape x, CrossEntropySpec.Form form) {
            if (x.rank() < 2) {
                throw new IllegalArgumentException(
                        NAME + ": expected logits (N, C) or (N, C, d...), got " + x);
            }
            if (form == CrossEntropySpec.Form.PROBABILITIES) {
                return x;
            }
            List<Integer> dims = new ArrayList<>(x.dims());
            dims.remove(1);
            return Shape.of(dims);
        }

        @Override
        public String name() {
            return spec.form() == CrossEntropySpec.Form.LOG_PROBABILITIES ? "NllLoss" : NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.crossEntropy(this);
        }
    }

    /** x and target of one shape, the target without gradient. */
    record PointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target, Tensor y)
            implements Losses {
        public PointwiseLoss {
            String name = spec.kind().text();
            if (!x.shape().equals(target.shape())) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a target of shape %s, got %s",
                                name, x.shape(), target.shape()));
            }
            if (target.grad() != null) {
                throw new IllegalArgumentException(
                        name + ": expected a target without gradient, got " + target);
            }
        }

        public PointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target, Outputs to) {
            this(spec, x, target, to.loss(spec.kind().text(), x));
        }

        @Override
        public String name() {
            return spec.kind().text();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.pointwiseLoss(this);
        }
    }
}
