package io.retrograd.backend;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds layers to a backend: checks shapes, makes output tensors, records operations.
 *
 * <p>Each method computes its output's shape, has the backend make the operation, records it, and
 * returns the output. What the operations compute is documented at {@link Operations}, what shapes
 * they take at their specs. All throw {@link IllegalArgumentException} for shapes that do not fit.
 */
public final class Binder extends SequenceBinder {
    /**
     * A binder for one binding of a model.
     *
     * @param parameters the model's, shared with its other bindings
     */
    public Binder(Parameters parameters, BindOptions options) {
        super(parameters.backend(), parameters, options);
    }

    public Tensor convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        Tensor y = output("convolution", spec.outputShape(x.shape(), w.shape()), list(x, w, b));
        checkVector("convolution", "bias", b, y.shape().dim(1));
        return add(
                "convolution",
                at -> at.operations().convolution(spec, at.of(x), at.of(w), at.orNull(b), at.of(y)),
                list(x, w, b),
                y);
    }

    public Tensor transposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        String kind = "transposedConvolution";
        Tensor y = output(kind, spec.outputShape(x.shape(), w.shape()), list(x, w, b));
        checkVector(kind, "bias", b, y.shape().dim(1));
        return add(
                kind,
                at ->
                        at.operations()
                                .transposedConvolution(
                                        spec, at.of(x), at.of(w), at.orNull(b), at.of(y)),
                list(x, w, b),
                y);
    }

    /** x (…, I), w (O, I), b (O), y (…, O). */
    public Tensor linear(Tensor x, Tensor w, @Nullable Tensor b) {
        Shape in = x.shape();
        if (in.rank() < 1 || w.shape().rank() != 2 || in.dim(in.rank() - 1) != w.shape().dim(1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "linear: expected input (..., I) and weight (O, I), got %s and %s",
                            in, w.shape()));
        }
        checkVector("linear", "bias", b, w.shape().dim(0));
        Tensor y = output("linear", in.with(in.rank() - 1, w.shape().dim(0)), list(x, w, b));
        return add(
                "linear",
                at -> at.operations().linear(at.of(x), at.of(w), at.orNull(b), at.of(y)),
                list(x, w, b),
                y);
    }

    public Tensor maxPooling(PoolingSpec spec, Tensor x) {
        return unary(
                "maxPooling",
                x,
                spec.outputShape(x.shape()),
                (on, in, y) -> on.maxPooling(spec, in, y));
    }

    /** Without dilation, which no library's average pooling has. */
    public Tensor averagePooling(PoolingSpec spec, boolean countIncludePad, Tensor x) {
        if (spec.dilation().stream().anyMatch(dilation -> dilation != 1)) {
            throw new IllegalArgumentException(
                    "averagePooling: dilation must be 1, got " + spec.dilation());
        }
        return unary(
                "averagePooling",
                x,
                spec.outputShape(x.shape()),
                (on, in, y) -> on.averagePooling(spec, countIncludePad, in, y));
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    public Tensor adaptiveAveragePooling(Shape output, Tensor x) {
        Spatial.checkInput("adaptiveAveragePooling", x.shape(), output.rank());
        Shape y = output.batch(x.shape().dim(1)).batch(x.shape().dim(0));
        return unary("adaptiveAveragePooling", x, y, Operations::adaptiveAveragePooling);
    }

    /** x (N, C, …); w, b and the running statistics (C). Batch statistics in training. */
    public Tensor batchNorm(
            BatchNormSpec spec, Tensor x, Tensor w, Tensor b, Tensor mean, Tensor var) {
        int channels = Checks.channels("batchNorm", x.shape());
        for (Tensor tensor : List.of(w, b, mean, var)) {
            checkVector("batchNorm", tensor.name(), tensor, channels);
        }
        if (options().training() && x.shape().size() == channels) {
            throw new IllegalArgumentException(
                    "batchNorm: expected more than 1 value a channel in training, got input "
                            + x.shape());
        }
        Tensor y = output("batchNorm", x.shape(), list(x, w, b));
        boolean training = options().training();
        OpRecipe recipe =
                at ->
                        training
                                ? at.operations()
                                        .batchNormTraining(
                                                spec,
                                                at.of(x),
                                                at.of(w),
                                                at.of(b),
                                                at.of(mean),
                                                at.of(var),
                                                at.of(y))
                                : at.operations()
                                        .batchNormInference(
                                                spec,
                                                at.of(x),
                                                at.of(w),
                                                at.of(b),
                                                at.of(mean),
                                                at.of(var),
                                                at.of(y));
        return add("batchNorm", recipe, list(x, w, b, mean, var), y);
    }

    /** x (…, normalized...); w and b (normalized...). */
    public Tensor layerNorm(double eps, Tensor x, Tensor w, Tensor b) {
        Checks.positive("layerNorm", "eps", eps);
        int outer = x.shape().rank() - w.shape().rank();
        if (outer < 0 || !x.shape().tail(outer).equals(w.shape()) || !b.shape().equals(w.shape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "layerNorm: expected weight and bias of the input's last sizes, got"
                                    + " input %s, weight %s, bias %s",
                            x.shape(), w.shape(), b.shape()));
        }
        Tensor y = output("layerNorm", x.shape(), list(x, w, b));
        return add(
                "layerNorm",
                at -> at.operations().layerNorm(eps, at.of(x), at.of(w), at.of(b), at.of(y)),
                list(x, w, b),
                y);
    }

    /** x (N, C, …); w and b (C). */
    public Tensor groupNorm(int groups, double eps, Tensor x, Tensor w, Tensor b) {
        Checks.positive("groupNorm", "eps", eps);
        int channels = Checks.channels("groupNorm", x.shape());
        Checks.groups("groupNorm", groups, channels);
        checkVector("groupNorm", "weight", w, channels);
        checkVector("groupNorm", "bias", b, channels);
        Tensor y = output("groupNorm", x.shape(), list(x, w, b));
        return add(
                "groupNorm",
                at ->
                        at.operations()
                                .groupNorm(groups, eps, at.of(x), at.of(w), at.of(b), at.of(y)),
                list(x, w, b),
                y);
    }

    /** x and y (N, C, …). */
    public Tensor localResponseNorm(LocalResponseNormSpec spec, Tensor x) {
        Checks.channels("localResponseNorm", x.shape());
        return unary(
                "localResponseNorm",
                x,
                x.shape(),
                (on, in, y) -> on.localResponseNorm(spec, in, y));
    }

    public Tensor activation(ActivationSpec spec, Tensor x) {
        return unary("activation", x, x.shape(), (on, in, y) -> on.activation(spec, in, y));
    }

    /** x (N, C, …); w (C) or (1). */
    public Tensor prelu(Tensor x, Tensor w) {
        int slopes = w.shape().size() == 1 ? 1 : Checks.channels("prelu", x.shape());
        checkVector("prelu", "weight", w, slopes);
        Tensor y = output("prelu", x.shape(), list(x, w));
        return add(
                "prelu", at -> at.operations().prelu(at.of(x), at.of(w), at.of(y)), list(x, w), y);
    }

    public Tensor softmax(int dim, Tensor x) {
        int d = Checks.dimension("softmax", dim, x.shape());
        return unary("softmax", x, x.shape(), (on, in, y) -> on.softmax(d, in, y));
    }

    public Tensor logSoftmax(int dim, Tensor x) {
        int d = Checks.dimension("logSoftmax", dim, x.shape());
        return unary("logSoftmax", x, x.shape(), (on, in, y) -> on.logSoftmax(d, in, y));
    }

    /** Drops elements in training; in inference x itself is returned. */
    public Tensor dropout(double p, Tensor x) {
        Checks.fraction("dropout", "p", p);
        long stream = nextStream() + parameters().draws();
        if (!options().training()) {
            return x;
        }
        Tensor y = output("dropout", x.shape(), list(x));
        return add(
                "dropout",
                at -> at.operations().dropout(p, stream, at.parameters(), at.of(x), at.of(y)),
                list(x),
                y);
    }

    public Tensor reshape(Shape shape, Tensor x) {
        if (shape.size() != x.shape().size()) {
            throw new IllegalArgumentException(
                    String.format("reshape: expected as many elements as %s, got %s", x, shape));
        }
        return unary("reshape", x, shape, Operations::reshape);
    }

    /** Swaps two dimensions; negative ones count from the end. */
    public Tensor transpose(int dim0, int dim1, Tensor x) {
        int a = Checks.dimension("transpose", dim0, x.shape());
        int b = Checks.dimension("transpose", dim1, x.shape());
        Shape y = x.shape().with(a, x.shape().dim(b)).with(b, x.shape().dim(a));
        return unary("transpose", x, y, (on, in, out) -> on.transpose(a, b, in, out));
    }

    /** Joins tensors whose sizes agree but for {@code dim}; a negative one counts from the end. */
    public Tensor concat(int dim, List<Tensor> xs) {
        checkNotEmpty("concat", xs);
        Shape first = xs.get(0).shape();
        int d = Checks.dimension("concat", dim, first);
        int sum = 0;
        for (Tensor x : xs) {
            if (x.shape().rank() != first.rank()
                    || !x.shape().with(d, 1).equals(first.with(d, 1))) {
                throw new IllegalArgumentException(
                        String.format(
                                "concat: expected inputs that agree but for dimension %d, got %s",
                                d, xs));
            }
            sum = Math.addExact(sum, x.shape().dim(d));
        }
        Tensor y = output("concat", first.with(d, sum), xs);
        return add("concat", at -> at.operations().concat(d, at.of(xs), at.of(y)), xs, y);
    }

    /** Sums tensors of one shape. */
    public Tensor add(List<Tensor> xs) {
        checkNotEmpty("add", xs);
        Shape shape = xs.get(0).shape();
        if (xs.stream().anyMatch(x -> !x.shape().equals(shape))) {
            throw new IllegalArgumentException("add: expected inputs of one shape, got " + xs);
        }
        Tensor y = output("add", shape, xs);
        return add("add", at -> at.operations().add(at.of(xs), at.of(y)), xs, y);
    }

    /** {@code count} tensors with x's values, for as many readers. */
    public List<Tensor> fork(Tensor x, int count) {
        List<Tensor> branches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            branches.add(branch(x, i));
        }
        OpRecipe recipe =
                at -> {
                    branches.forEach(branch -> at.alias(branch, x));
                    return at.operations().fork(at.of(x), at.of(branches));
                };
        record("fork", recipe, List.of(x), branches);
        return branches;
    }

    /** A user's function of x, with its parameters. */
    public Tensor custom(CustomFunction function, Tensor x) {
        List<Tensor> parameters = new ArrayList<>();
        for (CustomFunction.Parameter p : function.parameters(x.shape())) {
            parameters.add(parameter(p.name(), p.shape(), p.initializer()));
        }
        List<Tensor> reads = Stream.concat(Stream.of(x), parameters.stream()).toList();
        boolean surrogate = options().surrogates() && function.surrogate().isPresent();
        Tensor y = output("custom", function.outputShape(x.shape()), reads);
        return add(
                "custom",
                at ->
                        at.operations()
                                .custom(function, surrogate, at.of(x), at.of(parameters), at.of(y)),
                reads,
                y);
    }

    /** x (N, C), labels (N), class weight (C), result (). */
    public Tensor crossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor labels, @Nullable Tensor classWeight) {
        Shape logits = x.shape();
        if (logits.rank() != 2 || !labels.shape().equals(Shape.of(logits.dim(0)))) {
            throw new IllegalArgumentException(
                    String.format(
                            "crossEntropy: expected logits (N, C) and labels (N), got %s and %s",
                            logits, labels.shape()));
        }
        checkVector("crossEntropy", "class weight", classWeight, logits.dim(1));
        Tensor y = result("crossEntropy", list(x));
        return add(
                "crossEntropy",
                at ->
                        at.operations()
                                .crossEntropy(
                                        spec,
                                        at.of(x),
                                        at.of(labels),
                                        at.orNull(classWeight),
                                        at.of(y)),
                list(x, labels, classWeight),
                y);
    }

    /** x and target of one shape, the target without gradient; result (). */
    public Tensor pointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target) {
        if (!x.shape().equals(target.shape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a target of shape %s, got %s",
                            spec.kind(), x.shape(), target.shape()));
        }
        if (target.grad() != null) {
            throw new IllegalArgumentException(
                    spec.kind() + ": expected a target without gradient, got " + target);
        }
        Tensor y = result("pointwiseLoss", list(x));
        return add(
                "pointwiseLoss",
                at -> at.operations().pointwiseLoss(spec, at.of(x), at.of(target), at.of(y)),
                list(x, target),
                y);
    }

    /** Makes an operation of one tensor. */
    private interface Unary {
        Op make(Operations on, Tensor x, Tensor y);
    }

    private Tensor unary(String kind, Tensor x, Shape shape, Unary op) {
        Tensor y = output(kind, shape, List.of(x));
        return add(kind, at -> op.make(at.operations(), at.of(x), at.of(y)), List.of(x), y);
    }

    private static void checkNotEmpty(String where, List<Tensor> xs) {
        if (xs.isEmpty()) {
            throw new IllegalArgumentException(where + ": expected at least 1 input, got none");
        }
    }
}
