package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Operations that end a network: y is one number, in the parameters' precision. */
public sealed interface Losses extends Operation {
    /** Logits x (N, C), labels (N), class weight (C). */
    record CrossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor labels, @Nullable Tensor classWeight, Tensor y)
            implements Losses {
        private static final String NAME = "CrossEntropy";

        public CrossEntropy {
            if (!labels.shape().equals(targetShape(x.shape()))) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected logits (N, C) and labels (N), got %s and %s",
                                NAME, x.shape(), labels.shape()));
            }
            Checks.vector(NAME, "class weight", classWeight, x.shape().dim(1));
        }

        public CrossEntropy(
                CrossEntropySpec spec,
                Tensor x,
                Tensor labels,
                @Nullable Tensor classWeight,
                Outputs to) {
            this(spec, x, labels, classWeight, to.loss(NAME, x));
        }

        /** The shape of labels for logits of this one. */
        public static Shape targetShape(Shape x) {
            if (x.rank() != 2) {
                throw new IllegalArgumentException(NAME + ": expected logits (N, C), got " + x);
            }
            return Shape.of(x.dim(0));
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
