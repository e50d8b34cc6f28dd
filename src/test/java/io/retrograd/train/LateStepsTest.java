package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Schedule;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps that are reported while the next one runs give what steps give that are waited for: the
 * same reports in the same order, the same parameters, the same errors.
 */
class LateStepsTest {
    private static final Layer NETWORK =
            new Sequential(new Linear(8), new Relu(), new Dropout(0.5), new Linear(3));

    /** The machine's GPU where it is required, else the stand-in. */
    private static final String CUDA = "any cuda";

    private static final Pattern NONE = Pattern.compile("");
    private static final int SAMPLES = 23;
    private static final int BAD_SAMPLE = 17;

    /** What a listener was told, and the steps that the model had counted by then. */
    private static final class Reports implements TrainingListener {
        private final Model model;
        private final boolean holds;
        private final List<Object> all = new ArrayList<>();
        private final List<Long> ahead = new ArrayList<>();

        Reports(Model model, boolean holds) {
            this.model = model;
            this.holds = holds;
        }

        @Override
        public boolean holdsNextStep() {
            return holds;
        }

        @Override
        public Next onStep(StepResult step) {
            all.add(step);
            long number = (step.epoch() - 1L) * step.stepsPerEpoch() + step.step();
            ahead.add(model.steps() - number);
            return Next.CONTINUE;
        }

        @Override
        public Next onEpoch(EpochResult epoch) {
            all.add(List.of(epoch.epoch(), epoch.loss(), epoch.accuracy(), epoch.learningRate()));
            return Next.CONTINUE;
        }
    }

    /** All that can be seen of a training, and of one that follows it. */
    private record Seen(
            List<Object> reports, List<Long> ahead, String error, long steps, List<Double> after) {
        /** Without how far the device was ahead. */
        Seen result() {
            return new Seen(reports, List.of(), error, steps, after);
        }
    }

    private static Seen train(
            String device,
            boolean holds,
            LabelledDataset dataset,
            UnaryOperator<Trainer> settings) {
        try (Backend backend = Backends.open(named(device));
                Model model = Model.create(NETWORK, Shape.of(2), backend, 1)) {
            Reports reports = new Reports(model, holds);
            Trainer trainer =
                    settings.apply(
                            new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                                    .batch(5)
                                    .epochs(3)
                                    .listener(reports));
            String error = "";
            try {
                trainer.fit(dataset);
            } catch (IllegalStateException | IllegalArgumentException e) {
                error = e.toString();
            }
            long steps = model.steps();
            List<Double> after = new ArrayList<>();
            for (String name : model.names()) {
                for (double value : model.parameter(name)) {
                    after.add(value);
                }
            }
            trainer.schedule(Schedule.constant())
                    .fit(Points.of(SAMPLES))
                    .epochs()
                    .forEach(epoch -> after.add(epoch.loss()));
            return new Seen(reports.all, reports.ahead, error, steps, after);
        }
    }

    private static void assertSame(
            String device,
            LabelledDataset dataset,
            UnaryOperator<Trainer> settings,
            Pattern error) {
        Seen waiting = train(device, /* holds= */ true, dataset, settings);
        Seen late = train(device, /* holds= */ false, dataset, settings);
        assertEquals(waiting.result(), late.result());
        assertTrue(error.matcher(late.error).matches(), late.error);
        Matcher told = Pattern.compile(" in step (\\d+) ").matcher(late.error);
        assertTrue(!told.find() || Long.parseLong(told.group(1)) == late.steps, late.error);
        assertEquals(0, waiting.ahead.stream().filter(steps -> steps != 0).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", CUDA})
    void reportsAndParametersAreTheSame(String device) {
        assumeThere(device);
        LabelledDataset points = Points.of(SAMPLES);
        assertSame(device, points, trainer -> trainer.validation(Points.of(9)), NONE);
        assertSame(device, points, trainer -> trainer.dropLast(true), NONE);
    }

    /** Some steps before the end of an epoch, and in the first of the next. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 11})
    void divergenceIsToldOfItsOwnStep(int explodes) {
        assumeThere(CUDA);
        assertSame(
                CUDA,
                Points.of(SAMPLES),
                trainer ->
                        trainer.schedule(
                                (step, perEpoch, epochs) -> step + 1 < explodes ? 1 : 1e38),
                Pattern.compile(".*DivergenceException.* in step \\d+ .*"));
    }

    /** The step before it is reported first. */
    @Test
    void aRefusedBatchChangesNothingElse() {
        assumeThere(CUDA);
        assertSame(
                CUDA,
                new BadSample(Points.of(SAMPLES)),
                trainer -> trainer,
                Pattern.compile(".*got NaN at element.*"));
    }

    @Test
    void aGpuHasTheNextStepByThen() {
        assumeThere(CUDA);
        Seen late = train(CUDA, /* holds= */ false, Points.of(SAMPLES), trainer -> trainer);
        List<Long> ofAnEpoch = List.of(1L, 1L, 1L, 1L, 0L);
        assertEquals(ofAnEpoch, late.ahead.subList(0, ofAnEpoch.size()));
    }

    private static String named(String device) {
        return device.equals(CUDA) ? Required.cuda() : device;
    }

    private static void assumeThere(String device) {
        String name = named(device);
        Required.assume(name, Backends.provider(name).probe().usable(), name + " is not here");
    }

    /** Points of which one is no number. */
    private record BadSample(LabelledDataset points) implements LabelledDataset {
        @Override
        public int size() {
            return points.size();
        }

        @Override
        public Shape sampleShape() {
            return points.sampleShape();
        }

        @Override
        public int classes() {
            return points.classes();
        }

        @Override
        public void sample(int index, double[] into, int offset) {
            points.sample(index, into, offset);
            into[offset] = index == BAD_SAMPLE ? Double.NaN : into[offset];
        }

        @Override
        public int label(int index) {
            return points.label(index);
        }
    }
}
