package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retrograd.backend.Backend;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CosineEmbeddingLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.DiceLoss;
import io.retrograd.loss.FocalLoss;
import io.retrograd.loss.GaussianNllLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.loss.TripletMarginLoss;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The largest errors of a backend, function by function, both passes, where numbers are ordinary
 * and at the ends of its range.
 */
final class Numerics {
    private static final double ALPHA = 0.25;
    private static final double NORM_EPS = 0x1p-17;
    private static final double EPS = 0x1p-20;

    /** For larger x the exponentials that it is multiplied by are 0. */
    private static final double LARGEST_FACTOR = 1000;

    private static final List<String> FLUSHING =
            List.of("sigmoid", "silu", "softmax", "elu", "gelu", "mish", "softplus");

    /** The units between 1 and 2 in float32. */
    private static final BigDecimal DIGITS = BigDecimal.valueOf(1 << 23);

    /** The number whose unit in the last place is the smallest normal number. */
    private static final BigDecimal FLUSHED = DIGITS.multiply(new BigDecimal(Float.MIN_NORMAL));

    private final Backend backend;
    private final Map<String, Worst> worst = new TreeMap<>();

    private Numerics(Backend backend) {
        this.backend = backend;
    }

    /**
     * The largest error of a function.
     *
     * @param ulps in units of the last place of the result, or of the largest term that it is the
     *     sum of
     * @param ofOne in units of the last place of 1, or of the same if that is larger
     * @param where ulps were found
     */
    record Worst(double ulps, double ofOne, String where) {
        Worst or(Worst other) {
            String place = other.ulps > ulps ? other.where : where;
            return new Worst(Math.max(ulps, other.ulps), Math.max(ofOne, other.ofOne), place);
        }
    }

    /** Measures all; backward passes have " backward" behind the name. */
    static Map<String, Worst> of(Backend backend) {
        Numerics numerics = new Numerics(backend);
        numerics.activations();
        Exact.lines().stream()
                .filter(line -> line.in(backend.dtype()))
                .collect(Collectors.groupingBy(Numerics::network))
                .forEach((network, lines) -> numerics.lines(lines));
        return numerics.worst;
    }

    /** Lines with the same one can go through the same network. */
    private static String network(Exact line) {
        boolean classes = line.function().startsWith("cross");
        return line.function() + line.x().size() + (classes ? line.weights() : "");
    }

    private record Function(ActivationSpec spec) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            return binder.record(to -> new Elementwise.Activation(spec, x, to)).y();
        }
    }

    private void activations() {
        Map<String, List<Exact>> functions =
                Exact.activations().stream()
                        .filter(it -> it.in(backend.dtype()))
                        .collect(Collectors.groupingBy(Exact::function));
        for (ActivationSpec.Kind kind : ActivationSpec.Kind.values()) {
            List<Exact> points = functions.getOrDefault(kind.name(), List.of());
            assertNotEquals(
                    List.of(), points, kind + ": src/tools/numerics/truth.py does not have it");
            Layer layer = new Function(new ActivationSpec(kind, ALPHA));
            activation(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), layer, points);
        }
    }

    private void activation(String name, Layer layer, List<Exact> points) {
        int n = points.size();
        double[] x = points.stream().mapToDouble(it -> it.x().get(0)).toArray();
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        try (Side side = side(layer, Shape.of(n), null)) {
            side.set(x, new double[0]);
            side.binding().forward();
            side.y().requireGrad().copyFrom(ones);
            side.binding().backward();
            double[] y = side.y().toArray();
            double[] dx = side.x().requireGrad().toArray();
            for (int i = 0; i < n; i++) {
                Exact it = points.get(i);
                String where = "at " + x[i];
                BigDecimal size = product(name, x[i]);
                note(name, side.y(), y[i], it.y().get(0), size, where);
                size = size.max(it.size().get(0));
                note(name + " backward", side.x(), dx[i], it.dx().get(0), size, where);
            }
        }
    }

    /** A factor below the smallest normal number is rounded more coarsely: x times that number. */
    private BigDecimal product(String name, double x) {
        double normal = backend.dtype() == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        BigDecimal product = new BigDecimal(Math.min(Math.abs(x), LARGEST_FACTOR) * normal);
        return flushes(name) ? product.multiply(DIGITS) : product;
    }

    private void lines(List<Exact> lines) {
        Exact first = lines.get(0);
        int n = first.x().size();
        switch (first.name()) {
            case "softmax" -> lines(first.name(), new Softmax(1), Shape.of(1, n), lines);
            case "log softmax" -> lines(first.name(), new LogSoftmax(1), Shape.of(1, n), lines);
            case "local response norm" ->
                    lines(
                            first.name(),
                            new LocalResponseNorm(3).alpha(0.5).beta(0.75).k(2),
                            Shape.of(1, n),
                            lines);
            case "norm" -> {
                lines("batch norm", new BatchNorm().eps(NORM_EPS), Shape.of(n, 1), lines);
                lines("layer norm", new LayerNorm(Shape.of(n), NORM_EPS), Shape.of(1, n), lines);
                lines("group norm", new GroupNorm(1).eps(NORM_EPS), Shape.of(1, n), lines);
            }
            case "rms norm" ->
                    lines(first.name(), new RmsNorm(n).eps(NORM_EPS), Shape.of(1, n), lines);
            case "huge norm", "huge rms norm" -> {}
            case "dice" -> losses(first.name(), Shape.of(1, 1, n), new DiceLoss().sigmoid(), lines);
            case "gaussian nll" -> sliced(new GaussianNllLoss().eps(EPS), lines);
            case "cosine embedding" -> sliced(new CosineEmbeddingLoss().margin(0.25), lines);
            case "triplet margin" -> sliced(new TripletMarginLoss().eps(EPS), lines);
            default -> losses(first.name(), Shape.of(1, n), loss(first), lines);
        }
    }

    private static Loss loss(Exact line) {
        double a = line.parameter();
        return switch (line.name()) {
            case "mse" -> new MseLoss();
            case "l1" -> new L1Loss();
            case "smooth l1" -> new SmoothL1Loss(a);
            case "huber" -> new HuberLoss(a);
            case "bce with logits" -> new BceWithLogitsLoss();
            case "kl div" -> new KlDivLoss();
            case "focal" -> new FocalLoss().gamma(a);
            case "poisson nll" -> new PoissonNllLoss().logInput(false).eps(a);
            case "poisson nll of logs" -> new PoissonNllLoss();
            default -> {
                CrossEntropy plain = new CrossEntropy().labelSmoothing(a);
                List<Double> w = line.weights();
                yield w.isEmpty() ? plain : plain.classWeights(w);
            }
        };
    }

    /** A loss of equal parts of a row. */
    private void sliced(JointLoss loss, List<Exact> lines) {
        Exact first = lines.get(0);
        Shape row = Shape.of(1, first.x().size());
        losses(first.name(), row, new SlicedLoss(loss, 1), lines);
    }

    private void losses(String name, Shape shape, JointLoss loss, List<Exact> lines) {
        try (Side side = side(new Sequential(), shape, loss)) {
            lines.forEach(line -> line(name, side, line));
        }
    }

    private void lines(String name, Layer layer, Shape shape, List<Exact> lines) {
        try (Side side = side(layer, shape, null)) {
            lines.forEach(line -> line(name, side, line));
        }
    }

    private void line(String name, Side side, Exact line) {
        side.set(array(line.x()), array(line.target()));
        side.binding().forward();
        side.y().requireGrad().copyFrom(array(line.dy()));
        side.binding().backward();
        double[] y = side.y().toArray();
        double[] dx = side.x().requireGrad().toArray();
        String where =
                String.format("%s of %s, target %s", line.function(), line.x(), line.target());
        for (int i = 0; i < y.length; i++) {
            note(name, side.y(), y[i], line.y().get(i), line.sizeOfY(i), where);
        }
        for (int i = 0; i < dx.length; i++) {
            note(name + " backward", side.x(), dx[i], line.dx().get(i), line.size().get(i), where);
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Side side(Layer layer, Shape shape, @Nullable JointLoss loss) {
        return new Side(backend, layer, shape, loss, BindOptions.inspect(/* training= */ true));
    }

    /** Whether oneDNN computes it and makes 0 of what is below the smallest normal number. */
    private boolean flushes(String name) {
        return backend.name().equals("cpu") && FLUSHING.stream().anyMatch(name::startsWith);
    }

    private void note(
            String name,
            Tensor tensor,
            double actual,
            BigDecimal expected,
            BigDecimal size,
            String where) {
        BigDecimal least = flushes(name) ? size.max(FLUSHED) : size;
        double ulps = Ulp.error(tensor.dtype(), actual, expected, least);
        double ofOne = Ulp.error(tensor.dtype(), actual, expected, size.max(BigDecimal.ONE));
        String place =
                String.format(
                        "%s: expected %.10s, got %s",
                        where, expected.toEngineeringString(), actual);
        worst.merge(name, new Worst(ulps, ofOne, place), Worst::or);
    }
}
