package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Operations that scale an input by statistics of its own; x and y have one shape. */
public sealed interface Normalizations extends Operation {
    Tensor x();

    /**
     * x (N, C, …); w, b and the running statistics (C).
     *
     * @param training whether by the batch's statistics, else by the running ones
     */
    record BatchNorm(
            BatchNormSpec spec,
            boolean training,
            Tensor x,
            Tensor w,
            Tensor b,
            Tensor mean,
            Tensor var,
            Tensor y)
            implements Normalizations {
        private static final String NAME = "BatchNorm";

        public BatchNorm {
            int channels = Checks.channels(NAME, x.shape());
            for (Tensor tensor : List.of(w, b, mean, var)) {
                Checks.vector(NAME, tensor.name(), tensor, channels);
            }
            if (training && x.shape().size() == channels) {
                throw new IllegalArgumentException(
                        NAME
                                + ": expected more than 1 value a channel in training, got input "
                                + x.shape());
            }
        }

        public BatchNorm(
                BatchNormSpec spec,
                boolean training,
                Tensor x,
                Tensor w,
                Tensor b,
                Tensor mean,
                Tensor var,
                Outputs to) {
            this(spec, training, x, w, b, mean, var, to.output(NAME, x.shape(), x, w, b));
        }

        @Override
        public List<Tensor> linearIn() {
            return training ? List.of(w, b) : List.of(x, w, b);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return training ? on.batchNormTraining(this) : on.batchNormInference(this);
        }
    }

    /** x (…, normalized...); w and b (normalized...). */
    record LayerNorm(double eps, Tensor x, Tensor w, Tensor b, Tensor y) implements Normalizations {
        private static final String NAME = "LayerNorm";

        public LayerNorm {
            check(NAME, eps, w.shape());
            outputShape(NAME, x.shape(), w.shape());
            if (!b.shape().equals(w.shape())) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected weight and bias of one shape, got %s and %s",
                                NAME, w.shape(), b.shape()));
            }
        }

        public LayerNorm(double eps, Tensor x, Tensor w, Tensor b, Outputs to) {
            this(eps, x, w, b, to.output(NAME, x.shape(), x, w, b));
        }

        /** Refuses an invalid eps or invalid normalized sizes. */
        public static void check(String name, double eps, Shape normalized) {
            Checks.positive(name, "eps", eps);
            if (normalized.rank() < 1) {
                throw new IllegalArgumentException(
                        name + ": expected the input's last sizes, got none");
            }
        }

        /** The shape of y, that of x, whose last sizes must be these. */
        public static Shape outputShape(String name, Shape x, Shape normalized) {
            int outer = x.rank() - normalized.rank();
            if (outer < 0 || !x.tail(outer).equals(normalized)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected input whose last sizes are %s, got %s",
                                name, normalized, x));
            }
            return x;
        }

        @Override
        public List<Tensor> linearIn() {
            return List.of(w, b);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.layerNorm(this);
        }
    }

    /** x (…, normalized...); w (normalized...). */
    record RmsNorm(double eps, Tensor x, Tensor w, Tensor y) implements Normalizations {
        private static final String NAME = "RmsNorm";

        public RmsNorm {
            LayerNorm.check(NAME, eps, w.shape());
            LayerNorm.outputShape(NAME, x.shape(), w.shape());
        }

        public RmsNorm(double eps, Tensor x, Tensor w, Outputs to) {
            this(eps, x, w, to.output(NAME, x.shape(), x, w));
        }

        @Override
        public List<Tensor> linearIn() {
            return List.of(w);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.rmsNorm(this);
        }
    }

    /** x (N, C, …); w and b (C), which may be constant. */
    record GroupNorm(String name, int groups, double eps, Tensor x, Tensor w, Tensor b, Tensor y)
            implements Normalizations {
        public GroupNorm {
            check(name, groups, eps);
            int channels = outputShape(name, x.shape(), groups).dim(1);
            Checks.vector(name, "weight", w, channels);
            Checks.vector(name, "bias", b, channels);
        }

        public GroupNorm(
                String name, int groups, double eps, Tensor x, Tensor w, Tensor b, Outputs to) {
            this(name, groups, eps, x, w, b, to.output(name, x.shape(), x, w, b));
        }

        /** Refuses an invalid eps or number of groups. */
        public static void check(String name, int groups, double eps) {
            Checks.positive(name, "eps", eps);
            Checks.atLeast(name, "groups", 1, groups);
        }

        /** The shape of y, that of x, whose channels the groups must divide. */
        public static Shape outputShape(String name, Shape x, int groups) {
            Checks.groups(name, "channels", groups, Checks.channels(name, x));
            return x;
        }

        @Override
        public List<Tensor> linearIn() {
            return List.of(w, b);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.groupNorm(this);
        }
    }

    /** x (N, C, …). */
    record LocalResponseNorm(LocalResponseNormSpec spec, Tensor x, Tensor y)
            implements Normalizations {
        private static final String NAME = "LocalResponseNorm";

        public LocalResponseNorm {
            Checks.channels(NAME, x.shape());
        }

        public LocalResponseNorm(LocalResponseNormSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output(NAME, x.shape(), x));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.localResponseNorm(this);
        }
    }

    /**
     * Exponentials that add up to 1 along a dimension, or their logarithms.
     *
     * @param dim from 0 on
     */
    record Softmax(boolean logarithm, int dim, Tensor x, Tensor y) implements Normalizations {
        /** {@code dim} counts from the end where it is negative. */
        public Softmax(boolean logarithm, int dim, Tensor x, Outputs to) {
            this(
                    logarithm,
                    Checks.dimension(name(logarithm), dim, x.shape()),
                    x,
                    to.output(name(logarithm), x.shape(), x));
        }

        /** The shape of y, that of x, which must have the dimension. */
        public static Shape outputShape(boolean logarithm, Shape x, int dim) {
            Checks.dimension(name(logarithm), dim, x);
            return x;
        }

        private static String name(boolean logarithm) {
            return logarithm ? "LogSoftmax" : "Softmax";
        }

        @Override
        public String name() {
            return name(logarithm);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return logarithm ? on.logSoftmax(this) : on.softmax(this);
        }
    }
}
