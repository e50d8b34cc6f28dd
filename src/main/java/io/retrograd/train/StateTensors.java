package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Copies a model's tensors into states, and back. */
final class StateTensors {
    private static final String PARAMETER = "parameter/";
    private static final String SLOT = "slot/";
    private static final String LAST_GOOD = "last_good/";
    private static final String BEST = "best/";

    private StateTensors() {}

    /** Copies of parameters, running statistics, and of the optimizer's memory that is not 0. */
    static Map<String, TrainingState.Values> copy(Parameters parameters, Course course) {
        Map<String, TrainingState.Values> copies = new LinkedHashMap<>();
        parameters.named().forEach((name, w) -> copies.put(PARAMETER + name, values(w)));
        slots(parameters)
                .forEach(
                        (name, slot) -> {
                            TrainingState.Values values = values(slot);
                            if (!zero(values.array())) {
                                copies.put(name, values);
                            }
                        });
        course.lastGood().putInto(copies, LAST_GOOD);
        Snapshot best = course.best();
        if (best != null) {
            best.putInto(copies, BEST);
        }
        return copies;
    }

    private static TrainingState.Values values(Tensor tensor) {
        return TrainingState.Values.over(tensor.shape(), tensor.dtype(), tensor.toArray());
    }

    private static boolean zero(double[] values) {
        for (double value : values) {
            if (Double.doubleToRawLongBits(value) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Tensor> slots(Parameters parameters) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        parameters
                .slotsByPurpose()
                .forEach(
                        (purpose, slots) ->
                                slots.forEach(
                                        (name, slot) ->
                                                all.put(SLOT + purpose + "/" + name, slot)));
        return all;
    }

    /**
     * Sets parameters, running statistics and the optimizer's memory. Nothing is changed unless all
     * fit.
     *
     * @param best whether the state has the tensors of a best epoch
     * @throws ResumeException for other names, shapes or kinds of numbers than the model's
     */
    static void restore(TrainingState state, Parameters parameters, boolean best) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        Map<String, Tensor> slots = slots(parameters);
        Set<String> expected = new TreeSet<>();
        parameters.named().forEach((name, w) -> targets.put(PARAMETER + name, w));
        slots.keySet().stream().filter(state.tensors()::containsKey).forEach(expected::add);
        slots.forEach(targets::put);
        for (String name : parameters.named().keySet()) {
            expected.add(PARAMETER + name);
            expected.add(LAST_GOOD + name);
            targets.put(LAST_GOOD + name, parameters.get(name));
            if (best) {
                expected.add(BEST + name);
                targets.put(BEST + name, parameters.get(name));
            }
        }
        Set<String> got = new TreeSet<>(state.tensors().keySet());
        if (!got.equals(expected)) {
            throw new ResumeException(
                    "Trainer: expected a state with the tensors " + expected + ", got " + got);
        }
        state.tensors()
                .forEach((name, v) -> check(name, v, Objects.requireNonNull(targets.get(name))));
        parameters.clearSlots();
        state.tensors()
                .forEach(
                        (name, values) -> {
                            if (name.startsWith(PARAMETER) || name.startsWith(SLOT)) {
                                Objects.requireNonNull(targets.get(name)).copyFrom(values.array());
                            }
                        });
    }

    private static void check(String name, TrainingState.Values values, Tensor target) {
        if (!values.shape().equals(target.shape()) || values.dtype() != target.dtype()) {
            throw new ResumeException(
                    String.format(
                            "Trainer: %s: expected %s of %s, got %s of %s",
                            name,
                            target.shape(),
                            target.dtype().text(),
                            values.shape(),
                            values.dtype().text()));
        }
    }

    /** What the training goes back to where it diverges. */
    static Snapshot lastGood(TrainingState state, Parameters parameters) {
        return Snapshot.of(state, LAST_GOOD, parameters);
    }

    /** The parameters of the best epoch. */
    static Snapshot best(TrainingState state, Parameters parameters) {
        return Snapshot.of(state, BEST, parameters);
    }
}
