package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CosineEmbeddingLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.DiceLoss;
import io.retrograd.loss.FocalLoss;
import io.retrograd.loss.GaussianNllLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.NllLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.loss.TripletMarginLoss;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.DiceSpec.Form;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loss: from inputs and {@code target} to {@code output} and the inputs' gradients. */
final class LossCase {
    /** The gradient that every loss starts from. */
    static final double INCOMING = 1;

    private static final String CLASS_WEIGHT = "class_weight";

    private LossCase() {}

    /** The loss that a case's operation names, or null where it names none. */
    static @Nullable JointLoss of(ParityCase c) {
        Attributes a = c.attributes();
        return switch (c.op()) {
            case "cross_entropy" -> crossEntropy(a, weights(c, CLASS_WEIGHT));
            case "nll_loss" -> new NllLoss(reduction(a), weights(c, CLASS_WEIGHT), ignored(a));
            case "binary_cross_entropy_with_logits" ->
                    new BceWithLogitsLoss(reduction(a), weights(c, "pos_weight"));
            case "cosine_embedding_loss" ->
                    new CosineEmbeddingLoss(a.number("margin"), reduction(a));
            case "ctc_loss" -> ctc(c, a);
            case "dice_loss" -> new DiceLoss(form(a), a.number("smooth"), reduction(a), ignored(a));
            case "gaussian_nll_loss" ->
                    new GaussianNllLoss(a.flag("full"), a.number("eps"), reduction(a));
            case "huber_loss" -> new HuberLoss(a.number("delta"), reduction(a));
            case "kl_div" -> new KlDivLoss(reduction(a));
            case "l1_loss" -> new L1Loss(reduction(a));
            case "mse_loss" -> new MseLoss(reduction(a));
            case "poisson_nll_loss" ->
                    new PoissonNllLoss(
                            a.flag("log_input", true),
                            a.flag("full", false),
                            a.number("eps", 1e-8),
                            reduction(a));
            case "sigmoid_focal_loss" ->
                    new FocalLoss(a.number("alpha"), a.number("gamma"), reduction(a));
            case "smooth_l1_loss" -> new SmoothL1Loss(a.number("beta"), reduction(a));
            case "triplet_margin_loss" ->
                    new TripletMarginLoss(
                            new TripletMarginSpec(
                                    a.number("margin"),
                                    a.number("p"),
                                    a.number("eps"),
                                    a.flag("swap"),
                                    reduction(a)));
            default -> null;
        };
    }

    /** The names of what the loss takes from a network. */
    private static List<String> inputs(ParityCase c) {
        return switch (c.op()) {
            case "cosine_embedding_loss" -> List.of("input1", "input2");
            case "gaussian_nll_loss" -> List.of("input", "var");
            case "triplet_margin_loss" -> List.of("anchor", "positive", "negative");
            default -> List.of("input");
        };
    }

    private static Form form(Attributes a) {
        String name = a.text("form");
        return switch (name) {
            case "labels" -> Form.LABELS;
            case "probabilities" -> Form.PROBABILITIES;
            case "sigmoid" -> Form.SIGMOID;
            default ->
                    throw new IllegalArgumentException(
                            a.where()
                                    + ".form: expected labels, probabilities or sigmoid, got "
                                    + name);
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

    static void run(ParityCase c, JointLoss loss, Backend backend, Comparison comparison) {
        List<String> names = inputs(c);
        c.expectFloats("output", Shape.of());
        List<Shape> shapes = names.stream().map(c::shape).toList();
        for (int i = 0; i < names.size(); i++) {
            c.expectFloats("grad_" + names.get(i), shapes.get(i));
        }
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Parameters none = new Parameters(backend, /* seed= */ 0)) {
            Binder binder = new Binder(none, options.memoryLimit(Limits.MEMORY));
            List<Tensor> xs = shapes.stream().map(binder::input).toList();
            Tensor target = loss.target(binder, shapes);
            Tensor y = loss.bind(binder, xs, target);
            List<double[]> given = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                given.add(c.given(names.get(i), shapes.get(i)));
            }
            double[] targets = target == null ? null : targets(c, loss, shapes.get(0), target);
            c.checkAllUsed();
            try (Binding binding = binder.commit()) {
                for (int i = 0; i < names.size(); i++) {
                    xs.get(i).copyFrom(given.get(i));
                }
                if (target != null && targets != null) {
                    target.copyFrom(targets);
                }
                binding.forward();
                y.requireGrad().copyFrom(INCOMING);
                binding.backward();
                comparison.check("output", c.expected("output"), y.toArray());
                for (int i = 0; i < names.size(); i++) {
                    String name = "grad_" + names.get(i);
                    double[] gradient = xs.get(i).requireGrad().toArray();
                    comparison.check(name, c.expected(name), gradient, INCOMING);
                }
            }
        }
    }

    private static double[] targets(ParityCase c, JointLoss loss, Shape in, Tensor target) {
        if (loss instanceof CtcLoss ctc) {
            return sequences(c, ctc, in.dim(1), in.dim(2));
        }
        return target.dtype() == DType.INT32
                ? c.labels("target", target.shape(), in.dim(1), ignored(c.attributes()))
                : c.given("target", target.shape());
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
