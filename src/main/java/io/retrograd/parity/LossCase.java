package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.NllLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loss: from {@code input} and {@code target} to {@code output} and {@code grad_input}. */
final class LossCase {
    /** The gradient that every loss starts from. */
    static final double INCOMING = 1;

    private static final String CLASS_WEIGHT = "class_weight";

    private LossCase() {}

    /** The loss that a case's operation names, or null where it names none. */
    static @Nullable Loss of(ParityCase c) {
        Attributes a = c.attributes();
        return switch (c.op()) {
            case "cross_entropy" -> crossEntropy(a, weights(c, CLASS_WEIGHT));
            case "nll_loss" -> new NllLoss(reduction(a), weights(c, CLASS_WEIGHT), ignored(a));
            case "binary_cross_entropy_with_logits" ->
                    new BceWithLogitsLoss(reduction(a), weights(c, "pos_weight"));
            case "ctc_loss" -> ctc(c, a);
            case "huber_loss" -> new HuberLoss(a.number("delta"), reduction(a));
            case "kl_div" -> new KlDivLoss(reduction(a));
            case "l1_loss" -> new L1Loss(reduction(a));
            case "mse_loss" -> new MseLoss(reduction(a));
            case "smooth_l1_loss" -> new SmoothL1Loss(a.number("beta"), reduction(a));
            default -> null;
        };
    }

    /** A network's loss: only the type must be given. */
    static Loss ofNetwork(Attributes a) {
        String type = a.text("type");
        if (!type.equals("cross_entropy")) {
            throw new IllegalArgumentException(
                    a.where() + ": expected type cross_entropy, got " + type);
        }
        Reduction reduction = a.has("reduction") ? reduction(a) : Reduction.MEAN;
        double smoothing = a.number("label_smoothing", 0);
        a.checkAllUsed();
        return new CrossEntropy().reduction(reduction).labelSmoothing(smoothing);
    }

    static void run(ParityCase c, Loss loss, Backend backend, Comparison comparison) {
        Shape in = c.shape("input");
        c.expectFloats("output", Shape.of());
        c.expectFloats("grad_input", in);
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Parameters none = new Parameters(backend, /* seed= */ 0)) {
            Binder binder = new Binder(none, options.memoryLimit(Limits.MEMORY));
            Tensor x = binder.input(in);
            Tensor target = loss.target(binder, in);
            Tensor y = loss.bind(binder, x, target);
            double[] input = c.given("input", in);
            double[] targets =
                    loss instanceof CtcLoss ctc
                            ? sequences(c, ctc, in.dim(1), in.dim(2))
                            : target.dtype() == DType.INT32
                                    ? c.labels(
                                            "target",
                                            target.shape(),
                                            in.dim(1),
                                            ignored(c.attributes()))
                                    : c.given("target", target.shape());
            c.checkAllUsed();
            try (Binding binding = binder.commit()) {
                x.copyFrom(input);
                target.copyFrom(targets);
                binding.forward();
                y.requireGrad().copyFrom(INCOMING);
                binding.backward();
                comparison.check("output", c.expected("output"), y.toArray());
                comparison.check(
                        "grad_input",
                        c.expected("grad_input"),
                        x.requireGrad().toArray(),
                        INCOMING);
            }
        }
    }

    private static CrossEntropy crossEntropy(Attributes a, List<Double> weights) {
        return new CrossEntropy(
                reduction(a),
                a.number("label_smoothing", 0),
                weights,
                ignored(a),
                a.flag("soft_target", false));
    }

    private static CtcLoss ctc(ParityCase c, Attributes a) {
        Shape target = c.shape("target");
        if (target.rank() != 2) {
            throw new IllegalArgumentException("target: expected shape (N, S), got " + target);
        }
        CtcLoss loss =
                new CtcLoss(target.dim(1)).blank(a.integer("blank", 0)).reduction(reduction(a));
        return a.flag("zero_infinity", false) ? loss.zeroInfinity() : loss;
    }

    /** Lengths and labels as one target; lengths are checked where they are used. */
    private static double[] sequences(ParityCase c, CtcLoss loss, int batch, int classes) {
        int most = Integer.MAX_VALUE;
        double[] inputs = c.labels("input_lengths", Shape.of(batch), most);
        double[] lengths = c.labels("target_lengths", Shape.of(batch), most);
        int longest = loss.longest();
        double[] labels = c.labels("target", Shape.of(batch, longest), classes);
        double[] all = new double[batch * (CtcSpec.LENGTHS + longest)];
        for (int n = 0; n < batch; n++) {
            int first = n * (CtcSpec.LENGTHS + longest);
            all[first] = inputs[n];
            all[first + 1] = lengths[n];
            System.arraycopy(labels, n * longest, all, first + CtcSpec.LENGTHS, longest);
        }
        return all;
    }

    private static int ignored(Attributes a) {
        return a.integer("ignore_index", CrossEntropySpec.NO_CLASS);
    }

    private static List<Double> weights(ParityCase c, String name) {
        if (!c.has(name)) {
            return List.of();
        }
        double[] weights = c.given(name, Shape.of(c.shape(name).dims()));
        return Arrays.stream(weights).boxed().toList();
    }

    private static Reduction reduction(Attributes a) {
        String name = a.text("reduction");
        return switch (name) {
            case "mean" -> Reduction.MEAN;
            case "sum" -> Reduction.SUM;
            default ->
                    throw new IllegalArgumentException(
                            a.where() + ".reduction: expected mean or sum, got " + name);
        };
    }
}
