package io.retrograd.gradcheck;

import io.retrograd.layer.TokenIds;
import io.retrograd.loss.CosineEmbeddingLoss;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.operation.CtcSpec;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The point at which a subject is checked: everything that its output and gradients depend on.
 *
 * <p>Two are never compared, so arrays may be components.
 *
 * @param target the loss's target; empty without a loss
 * @param dy gradient of the output: random for a layer, 1 for a loss
 * @param parameters by name
 * @param states running statistics, all positive, by name
 */
@SuppressWarnings("ArrayRecordComponent")
record Values(
        double[] x,
        double[] target,
        double[] dy,
        Map<String, double[]> parameters,
        Map<String, double[]> states) {
    /** One in this many families is used for the parameters too, one in 2 for dy. */
    private static final int PARAMETERS = 3;

    /** These values in the precision of a subject, as it gives them back. */
    Values rounded(Subject subject) {
        subject.set(this);
        subject.y().requireGrad().copyFrom(dy);
        Tensor on = subject.target();
        return new Values(
                subject.x().toArray(),
                on == null ? target : on.toArray(),
                subject.y().requireGrad().toArray(),
                read(subject.parameters().tensors()),
                read(subject.parameters().states()));
    }

    /** Those without a target, by name. */
    Map<String, double[]> named() {
        Map<String, double[]> named = new LinkedHashMap<>();
        named.put("input", x);
        named.put("grad_output", dy);
        named.putAll(parameters);
        named.putAll(states);
        return named;
    }

    /**
     * These values, each times 1 ± little: equal values alike.
     *
     * @param moveX false where x holds indices
     */
    Values scaled(double little, boolean moveX) {
        return new Values(
                moveX ? scaled(x, little) : x,
                target,
                scaled(dy, little),
                scaled(parameters, little),
                scaled(states, little));
    }

    private static Map<String, double[]> scaled(Map<String, double[]> values, double little) {
        Map<String, double[]> scaled = new LinkedHashMap<>();
        values.forEach((name, value) -> scaled.put(name, scaled(value, little)));
        return scaled;
    }

    private static double[] scaled(double[] values, double little) {
        double[] scaled = new double[values.length];
        Arrays.setAll(scaled, i -> values[i] * (1 + Probe.sign(values[i], values.length) * little));
        return scaled;
    }

    private static Map<String, double[]> read(Collection<Tensor> tensors) {
        Map<String, double[]> values = new LinkedHashMap<>();
        tensors.forEach(tensor -> values.put(tensor.name(), tensor.toArray()));
        return values;
    }

    /**
     * Random values for a subject.
     *
     * <p>Inputs are spread over (−4, 4) away from ties and zero, or tokens of sequences of random
     * length, targets lie in (0, 1) where every loss is defined, vectors of parameters between 0.5
     * and 1.5 with a random sign, weights have variance 1 / fan-in.
     *
     * @param input x, or null to draw it
     * @param family what x is drawn from; beside {@link ValueFamily#SPREAD}, sometimes dy and the
     *     parameters too; these not from {@link ValueFamily#LARGE}, as large weights make anything
     *     of the last digit of a saturated function
     */
    static Values draw(
            Subject subject, RandomValues random, double @Nullable [] input, ValueFamily family) {
        boolean plain = family == ValueFamily.SPREAD;
        boolean ofParameters =
                !plain && family != ValueFamily.LARGE && random.index(0, PARAMETERS) == 0;
        boolean ofGradient = !plain && random.index(0, 2) == 0;
        Map<String, double[]> parameters = new LinkedHashMap<>();
        for (Tensor w : subject.parameters().tensors()) {
            parameters.put(
                    w.name(),
                    ofParameters ? family.draw(size(w), random) : parameter(w.shape(), random));
        }
        Map<String, double[]> states = new LinkedHashMap<>();
        for (Tensor state : subject.parameters().states()) {
            states.put(state.name(), random.between(size(state), 0.5, 2));
        }
        return new Values(
                input == null ? input(subject, random, family) : input.clone(),
                target(subject, random),
                gradient(subject, random, ofGradient ? family : ValueFamily.SPREAD),
                parameters,
                states);
    }

    /** The same with values of other bounds, low and high by the name of their tensor. */
    Values between(Map<String, double[]> ranges, Subject subject, RandomValues random) {
        double[] of = ranges.get(subject.x().name());
        Map<String, double[]> bounded = new LinkedHashMap<>(parameters);
        bounded.replaceAll(
                (name, w) -> {
                    double[] range = ranges.get(name);
                    return range == null ? w : random.between(w.length, range[0], range[1]);
                });
        return new Values(
                of == null ? x : random.between(x.length, of[0], of[1]),
                target,
                dy,
                bounded,
                states);
    }

    private static double[] gradient(Subject subject, RandomValues random, ValueFamily family) {
        if (subject.hasLoss()) {
            return new double[] {1};
        }
        int count = size(subject.y());
        return family == ValueFamily.SPREAD
                ? random.signed(count, 0.25, 1)
                : family.draw(count, random);
    }

    private static double[] input(Subject subject, RandomValues random, ValueFamily family) {
        int count = size(subject.x());
        TokenIds tokens = subject.tokenIds();
        if (tokens == null) {
            return family.draw(count, random);
        }
        double[] x = random.indices(count, tokens.count());
        return tokens.padding() < 0
                ? x
                : endInPadding(x, subject.x().shape().dim(1), tokens, random);
    }

    /** Ends each sequence in padding, the first one in none. */
    private static double[] endInPadding(
            double[] x, int steps, TokenIds tokens, RandomValues random) {
        for (int start = 0; start < x.length; start += steps) {
            int end = start == 0 ? steps : start + random.index(1, steps + 1);
            Arrays.fill(x, end, start + steps, tokens.padding());
            if (x[end - 1] == tokens.padding()) {
                x[end - 1] = (tokens.padding() + 1) % tokens.count();
            }
        }
        return x;
    }

    private static double[] parameter(Shape shape, RandomValues random) {
        int size = Math.toIntExact(shape.size());
        if (shape.rank() < 2) {
            return random.signed(size, 0.5, 1.5);
        }
        double bound = Math.sqrt(3.0 * shape.dim(0) / size);
        return random.signed(size, bound / 16, bound);
    }

    private static double[] target(Subject subject, RandomValues random) {
        Tensor target = subject.target();
        if (target == null) {
            return new double[0];
        }
        if (subject.loss() instanceof CtcLoss loss) {
            return sequences(loss, subject.output().shape(), random);
        }
        if (subject.loss() instanceof SlicedLoss sliced
                && sliced.loss() instanceof CosineEmbeddingLoss) {
            double[] sides = random.indices(size(target), 2);
            Arrays.setAll(sides, i -> 2 * sides[i] - 1);
            return sides;
        }
        if (target.dtype() == DType.INT32) {
            return random.indices(size(target), subject.classes());
        }
        return random.between(size(target), 0.0625, 0.9375);
    }

    /** One to all labels a sample, repeated ones among them, and steps enough for each. */
    private static double[] sequences(CtcLoss loss, Shape logits, RandomValues random) {
        CtcSpec spec = loss.spec();
        int width = CtcSpec.LENGTHS + loss.longest();
        double[] target = new double[spec.batch(logits) * width];
        for (int n = 0; n < spec.batch(logits); n++) {
            int first = n * width;
            target[first + 1] = random.index(Math.min(1, loss.longest()), loss.longest() + 1);
            target[first] =
                    random.index(
                            Math.min(spec.steps(logits), 2 * loss.longest()),
                            spec.steps(logits) + 1);
            for (int i = CtcSpec.LENGTHS; i < width; i++) {
                int label = random.index(0, logits.dim(2) - 1);
                target[first + i] = label < spec.blank() ? label : label + 1;
            }
        }
        return target;
    }

    private static int size(Tensor tensor) {
        return Math.toIntExact(tensor.shape().size());
    }
}
