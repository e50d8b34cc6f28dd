package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.conformance.WatchedMemory.Place;
import io.retrograd.optim.Optimizer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Runs the same update of the same parameters and gradients on a device and on the reference, in
 * several steps, and compares parameters, gradients and running statistics after each.
 *
 * <p>An optimizer has to leave gradients as they are, any other update the parameters; nobody may
 * write behind a tensor, or let what stands there count.
 */
public final class UpdateComparison {
    /** RAdam's rule changes after the fifth, or later. */
    private static final int STEPS = 6;

    /** As long as sums of multiples of small powers of 2 have no more digits than float32. */
    private static final int EXACT_STEPS = 5;

    /** Plans that the small model is tried with. */
    private static final int SMALL_PLANS = 2;

    /** Of the large model: how tensors are cut into pieces shows in the first. */
    private static final int LARGE_STEPS = 2;

    /** As a float32 number 1.5e16, which shows in any sum. */
    private static final int UNTOUCHED = 0x5a5a5a5a;

    /** Roundings of a weight in one step: the decay's factor, the product, the sum. */
    private static final int OF_WEIGHT = 3;

    /**
     * Roundings in one step's change of a weight: 3 in the gradient, 3 a step in each of two means,
     * 7 in what is made of them, 3 in the rate and constants. Measured worst: 0.6 of what these
     * allow, with Muon, and 0.49 with AdamW.
     */
    private static final int OF_CHANGE = 13 + 6 * STEPS;

    private final String name;
    private final Function<Parameters, Update> maker;
    private final double learningRate;
    private final int ofWeight;
    private final int ofChange;
    private final DoubleUnaryOperator ofGradient;
    private final Preparation preparation;

    private UpdateComparison(
            String name,
            Function<Parameters, Update> maker,
            double learningRate,
            int ofWeight,
            int ofChange,
            DoubleUnaryOperator ofGradient,
            Preparation preparation) {
        this.name = name;
        this.maker = maker;
        this.learningRate = learningRate;
        this.ofWeight = ofWeight;
        this.ofChange = ofChange;
        this.ofGradient = ofGradient;
        this.preparation = preparation;
    }

    /** Sets what a step starts from; steps are counted from 1. */
    @FunctionalInterface
    interface Preparation {
        void before(UpdatedModel model, int step);
    }

    /** An optimizer, with gradients that are larger in every other step. */
    static UpdateComparison of(Optimizer optimizer) {
        return new UpdateComparison(
                optimizer.toString(),
                optimizer::bind,
                optimizer.learningRate(),
                OF_WEIGHT,
                OF_CHANGE,
                /* ofGradient= */ rounding -> 0,
                (model, t) -> model.setGradients(t, t % 2 == 1 ? 2 : 0.5));
    }

    /**
     * An update of the gradients.
     *
     * @param ofGradient the relative error that a gradient may have, given that of one rounding
     */
    static UpdateComparison of(
            String name,
            Function<Parameters, Update> update,
            DoubleUnaryOperator ofGradient,
            double scale) {
        return new UpdateComparison(
                name,
                update,
                /* learningRate= */ 1,
                /* ofWeight= */ 0,
                /* ofChange= */ 0,
                ofGradient,
                (model, t) -> model.setGradients(t, scale));
    }

    /** With small integers in the beginning, and without any tolerance. */
    UpdateComparison exact() {
        return new UpdateComparison(
                name + " of integers",
                maker,
                learningRate,
                /* ofWeight= */ 0,
                /* ofChange= */ 0,
                /* ofGradient= */ rounding -> 0,
                (model, t) -> {
                    if (t == 1) {
                        model.setIntegers();
                    }
                    model.setIntegerGradients(t);
                });
    }

    /** With something more before each step. */
    UpdateComparison with(String what, Preparation more) {
        return new UpdateComparison(
                name + " with " + what,
                maker,
                learningRate,
                ofWeight,
                ofChange,
                ofGradient,
                (model, t) -> {
                    preparation.before(model, t);
                    more.before(model, t);
                });
    }

    /** Binds the update. */
    public Update bind(Parameters parameters) {
        return maker.apply(parameters);
    }

    /** Sets what this step starts from, and runs the update. */
    public void step(UpdatedModel model, Update update, int t) {
        preparation.before(model, t);
        model.parameters().setControl(learningRate / Integer.highestOneBit(t), t);
        update.run();
    }

    /**
     * Compares: a small model with zones between its tensors for two of the device's plans, and a
     * large one without for one of them, others for each update.
     *
     * @throws AssertionError if anything differs or is written behind its end
     */
    void check(Device device) {
        int steps = ofChange == 0 ? EXACT_STEPS : STEPS;
        List<Step> small = expected(UpdatedModel.SMALL, steps);
        List<Backend> plans = device.plans();
        int first = Math.floorMod(name.hashCode(), plans.size());
        for (int i = 0; i < Math.min(SMALL_PLANS, plans.size()); i++) {
            Backend backend = plans.get((first + i) % plans.size());
            WatchedBackend watched = new WatchedBackend(backend);
            try (UpdatedModel model = UpdatedModel.network(watched, UpdatedModel.SMALL)) {
                checkWatched(watched.watched(), model, small);
            }
        }
        List<Step> large = expected(UpdatedModel.LARGE, LARGE_STEPS);
        try (UpdatedModel model = UpdatedModel.network(plans.get(first), UpdatedModel.LARGE)) {
            Update update = bind(model.parameters());
            large.forEach(step -> step.check(model, update));
        }
    }

    private void checkWatched(WatchedMemory memory, UpdatedModel model, List<Step> steps) {
        Set<Tensor> others = new HashSet<>(memory.placed());
        model.tensors().forEach(others::remove);
        model.gradients().forEach(others::remove);
        model.parameters().states().forEach(others::remove);
        others.remove(model.parameters().control());
        Update update = bind(model.parameters());
        Set<Tensor> guarded = new HashSet<>(memory.placed());
        guarded.removeAll(others);
        guarded.forEach(tensor -> memory.guards(tensor).forEach(it -> it.fill(UNTOUCHED)));
        for (Step step : steps) {
            step.check(model, update);
            guarded.forEach(tensor -> checkGuards(tensor, memory.guards(tensor)));
        }
    }

    private void checkGuards(Tensor tensor, List<Place> guards) {
        for (Place guard : guards) {
            if (Arrays.stream(guard.read()).anyMatch(word -> word != UNTOUCHED)) {
                throw new AssertionError(name + ": wrote before or behind " + tensor.name());
            }
        }
    }

    /** The reference's results, step by step. */
    private List<Step> expected(List<Shape> shapes, int count) {
        List<Step> steps = new ArrayList<>();
        try (Backend reference = Backends.open("reference", "float64", 1);
                UpdatedModel model = UpdatedModel.network(reference, shapes)) {
            Update update = bind(model.parameters());
            double change = 0;
            for (int t = 1; t <= count; t++) {
                double[] before = UpdatedModel.elements(model.tensors());
                step(model, update, t);
                double[] after = UpdatedModel.elements(model.tensors());
                change += distance(before, after);
                double[] dw = UpdatedModel.elements(model.gradients());
                steps.add(new Step(t, after, dw, change));
            }
        }
        return steps;
    }

    /** The largest distance of corresponding elements, where it is a number. */
    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            double distance = Math.abs(a[i] - b[i]);
            largest = Double.isFinite(distance) ? Math.max(largest, distance) : largest;
        }
        return largest;
    }

    /** One step's number and what it has to give. */
    private final class Step {
        private final int t;
        private final double[] w;
        private final double[] dw;
        private final double change;

        Step(int t, double[] w, double[] dw, double change) {
            this.t = t;
            this.w = w;
            this.dw = dw;
            this.change = change;
        }

        void check(UpdatedModel model, Update update) {
            Parameters parameters = model.parameters();
            double[] states = UpdatedModel.elements(List.copyOf(parameters.states()));
            step(model, update, t);
            double rounding = parameters.backend().parameterDType().epsilon() / 2;
            double relative = ofGradient.applyAsDouble(rounding);
            double[] actualW = UpdatedModel.elements(model.tensors());
            double[] actualDw = UpdatedModel.elements(model.gradients());
            for (int i = 0; i < w.length; i++) {
                double allowed = rounding * (ofWeight * t * Math.abs(w[i]) + ofChange * change);
                compare("parameter", i, w[i], actualW[i], allowed);
                compare("gradient", i, dw[i], actualDw[i], relative * Math.abs(dw[i]));
            }
            double[] after = UpdatedModel.elements(List.copyOf(parameters.states()));
            if (!Arrays.equals(states, after)) {
                throw new AssertionError(name + ": changed running statistics");
            }
        }

        private void compare(String what, int i, double expected, double actual, double allowed) {
            boolean same = Double.compare(actual + 0.0, expected + 0.0) == 0;
            if (!same && !(Math.abs(actual - expected) <= allowed)) {
                throw new AssertionError(
                        String.format(
                                "%s, step %d: expected %s element %d of all to be %.9g within %.1e,"
                                        + " got %.9g",
                                name, t, what, i, expected, allowed, actual));
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
