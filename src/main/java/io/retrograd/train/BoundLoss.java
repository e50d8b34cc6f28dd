package io.retrograd.train;

import io.retrograd.bind.Binder;
import io.retrograd.loss.LossSum;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of a network's losses, bound behind its outputs.
 *
 * @param term what it is
 * @param outputs the names of the outputs that it takes
 * @param shapes their shapes
 * @param target its target, if it takes one
 * @param value one number, whose gradient is the weight
 */
record BoundLoss(
        LossSum.Term term,
        List<String> outputs,
        List<Shape> shapes,
        @Nullable Tensor target,
        Tensor value) {
    /**
     * Binds losses.
     *
     * @param outputs the network's, by name; those that no loss takes get a gradient of 0
     */
    static List<BoundLoss> bind(Binder binder, LossSum losses, Map<String, Tensor> outputs) {
        Map<String, Integer> readers = new HashMap<>();
        for (LossSum.Term term : losses.terms()) {
            names(term, outputs).forEach(name -> readers.merge(name, 1, Integer::sum));
        }
        Map<String, Deque<Tensor>> branches = new HashMap<>();
        outputs.forEach(
                (name, y) ->
                        branches.put(name, branches(binder, y, readers.getOrDefault(name, 0))));
        List<BoundLoss> bound = new ArrayList<>();
        for (LossSum.Term term : losses.terms()) {
            List<String> names = names(term, outputs);
            List<Tensor> taken =
                    names.stream()
                            .map(name -> Objects.requireNonNull(branches.get(name)).remove())
                            .toList();
            bound.add(bind(binder, term, names, taken));
        }
        return bound;
    }

    private static Deque<Tensor> branches(Binder binder, Tensor y, int readers) {
        if (readers == 0) {
            binder.keepUnread(y);
            return new ArrayDeque<>();
        }
        return new ArrayDeque<>(
                readers == 1
                        ? List.of(y)
                        : binder.record(to -> Arrangements.Fork.of(y, readers, to)).branches());
    }

    private static BoundLoss bind(
            Binder binder, LossSum.Term term, List<String> names, List<Tensor> outputs) {
        List<Shape> shapes = outputs.stream().map(Tensor::shape).toList();
        Tensor target = term.loss().target(binder, shapes);
        Tensor value = term.loss().bind(binder, outputs, target);
        return new BoundLoss(term, names, shapes, target, value);
    }

    private static List<String> names(LossSum.Term term, Map<String, Tensor> outputs) {
        List<String> names =
                term.outputs().isEmpty() ? List.copyOf(outputs.keySet()) : term.outputs();
        if (names.size() != term.loss().outputs() || !outputs.keySet().containsAll(names)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d of the network's outputs %s, got %s; name them in a"
                                    + " LossSum",
                            term.loss(), term.loss().outputs(), outputs.keySet(), names));
        }
        return names;
    }

    /** Whether it is a loss on labels or other indices. */
    boolean labels() {
        return target != null && target.dtype() == DType.INT32;
    }

    /** Sets the gradient with which backward begins. */
    void begin() {
        if (value.grad() != null) {
            value.requireGrad().copyFrom(term.weight());
        }
    }

    /** Writes a target, after checking it. */
    void write(double[] values) {
        Tensor tensor = Objects.requireNonNull(target);
        if (values.length == tensor.shape().size()) {
            term.loss().checkTarget(values, shapes);
        }
        if (labels()) {
            tensor.copyFrom(values);
        } else {
            tensor.copyFromFinite(values);
        }
    }
}
