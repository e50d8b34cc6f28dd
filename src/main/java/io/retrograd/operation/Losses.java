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
            checkTarget(NAME, targetShape(x.shape(), spec.form()), target);
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
            return withoutClasses(x);
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
            checkTarget(spec.kind().text(), targetShape(x.shape(), spec), target);
            if (positiveWeight != null) {
                checkPositive(spec, x, positiveWeight);
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

    /** x (d...), variance of its shape or one for each row of the last dimension, target (d...). */
    record GaussianNll(GaussianNllSpec spec, Tensor x, Tensor variance, Tensor target, Tensor y)
            implements Losses {
        private static final String NAME = "GaussianNllLoss";

        public GaussianNll {
            GaussianNllSpec.group(x.shape(), variance.shape());
            checkTarget(NAME, x.shape(), target);
        }

        public GaussianNll(
                GaussianNllSpec spec, Tensor x, Tensor variance, Tensor target, Outputs to) {
            this(spec, x, variance, target, to.loss(NAME, x, variance));
        }

        /** Elements of x that have one variance. */
        public int group() {
            return GaussianNllSpec.group(x.shape(), variance.shape());
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.gaussianNll(this);
        }
    }

    /** Embeddings of one shape, (..., E). */
    record TripletMargin(
            TripletMarginSpec spec, Tensor anchor, Tensor positive, Tensor negative, Tensor y)
            implements Losses {
        private static final String NAME = "TripletMarginLoss";

        public TripletMargin {
            Checks.embeddings(NAME, anchor.shape(), positive.shape());
            Checks.embeddings(NAME, anchor.shape(), negative.shape());
        }

        public TripletMargin(
                TripletMarginSpec spec,
                Tensor anchor,
                Tensor positive,
                Tensor negative,
                Outputs to) {
            this(spec, anchor, positive, negative, to.loss(NAME, anchor, positive, negative));
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.tripletMargin(this);
        }
    }

    /** Embeddings x and z of one shape, (..., E), targets (...). */
    record CosineEmbedding(CosineEmbeddingSpec spec, Tensor x, Tensor z, Tensor target, Tensor y)
            implements Losses {
        private static final String NAME = "CosineEmbeddingLoss";

        public CosineEmbedding {
            checkTarget(NAME, targetShape(x.shape(), z.shape()), target);
        }

        public CosineEmbedding(
                CosineEmbeddingSpec spec, Tensor x, Tensor z, Tensor target, Outputs to) {
            this(spec, x, z, target, to.loss(NAME, x, z));
        }

        /** The shape of the target for embeddings of these. */
        public static Shape targetShape(Shape x, Shape z) {
            Checks.embeddings(NAME, x, z);
            return Shape.of(x.dims().subList(0, x.rank() - 1));
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.cosineEmbedding(this);
        }
    }

    /** Logits x (N, C, d...), labels (N, d...) or probabilities (N, C, d...). */
    record Dice(DiceSpec spec, Tensor x, Tensor target, Tensor y) implements Losses {
        private static final String NAME = "DiceLoss";

        public Dice {
            checkTarget(NAME, targetShape(x.shape(), spec.form()), target);
        }

        public Dice(DiceSpec spec, Tensor x, Tensor target, Outputs to) {
            this(spec, x, target, to.loss(NAME, x));
        }

        /** The shape of the target for x of this one. */
        public static Shape targetShape(Shape x, DiceSpec.Form form) {
            Checks.channels(NAME, x);
            return form == DiceSpec.Form.LABELS ? withoutClasses(x) : x;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.dice(this);
        }
    }

    private static Shape withoutClasses(Shape x) {
        List<Integer> dims = new ArrayList<>(x.dims());
        dims.remove(1);
        return Shape.of(dims);
    }

    private static void checkTarget(String name, Shape expected, Tensor target) {
        Checks.shape(name, "a target of shape", expected, target.shape());
        if (target.grad() != null) {
            throw new IllegalArgumentException(
                    name + ": expected a target without gradient, got " + target);
        }
    }
}
