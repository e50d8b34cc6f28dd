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

    /** Logits x (T, N, C), or (N, T, C) if the batch is first; target (N, 2 + S). */
    record Ctc(CtcSpec spec, Tensor x, Tensor target, Tensor y) implements Losses {
        private static final String NAME = "CtcLoss";

        public Ctc {
            Shape z = x.shape();
            Shape t = target.shape();
            if (z.rank() != 3
                    || t.rank() != 2
                    || t.dim(0) != spec.batch(z)
                    || t.dim(1) < CtcSpec.LENGTHS
                    || spec.blank() >= z.dim(2)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected logits (T, N, C), C above the blank %d, and a target"
                                        + " (N, 2 + S), got %s and %s",
                                NAME, spec.blank(), z, t));
            }
        }

        public Ctc(CtcSpec spec, Tensor x, Tensor target, Outputs to) {
            this(spec, x, target, to.loss(NAME, x));
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.ctc(this);
        }
    }

    /**
     * x and target of one shape, or where that has weights of (N, d...) and (N, 2, d...), the
     * target without gradient; positive weight (C) of binary cross-entropy, C being dimension 1.
     */
    record PointwiseLoss(
            PointwiseLossSpec spec,
            Tensor x,
            Tensor target,
            @Nullable Tensor positiveWeight,
            Tensor y)
            implements Losses {
        public PointwiseLoss {
            String name = spec.kind().text();
            Shape expected = targetShape(x.shape(), spec);
            if (!target.shape().equals(expected)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a target of shape %s, got %s",
                                name, expected, target.shape()));
            }
            if (positiveWeight != null) {
                checkPositive(spec, x, positiveWeight);
            }
            if (target.grad() != null) {
                throw new IllegalArgumentException(
                        name + ": expected a target without gradient, got " + target);
            }
        }

        public PointwiseLoss(
                PointwiseLossSpec spec,
                Tensor x,
                Tensor target,
                @Nullable Tensor positiveWeight,
                Outputs to) {
            this(spec, x, target, positiveWeight, to.loss(spec.kind().text(), x));
        }

        private static void checkPositive(PointwiseLossSpec spec, Tensor x, Tensor weight) {
            String name = spec.kind().text();
            if (spec.kind() != PointwiseLossSpec.Kind.BCE_WITH_LOGITS || x.shape().rank() < 2) {
                throw new IllegalArgumentException(
                        name + ": expected no weights of classes for " + x.shape());
            }
            Checks.vector(name, "positive weight", weight, x.shape().dim(1));
        }

        /** The shape of the target for x of this one. */
        public static Shape targetShape(Shape x, PointwiseLossSpec spec) {
            if (!spec.weighted()) {
                return x;
            }
            if (x.rank() == 0) {
                throw new IllegalArgumentException(
                        spec.kind().text() + ": expected x (N, ...) for weights, got a number");
            }
            List<Integer> dims = new ArrayList<>(x.dims());
            dims.add(1, 2);
            return Shape.of(dims);
        }

        /** Elements of x of a sample: weights stand that far behind their targets. */
        public int sampleSize() {
            return Math.toIntExact(x.shape().size() / Math.max(1, x.shape().dim(0)));
        }

        /** Elements of x that are neighbours and of one class. */
        public int classSize() {
            return Math.toIntExact(x.shape().tail(2).size());
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
