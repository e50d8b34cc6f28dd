package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Schedule;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.CheckpointEvery;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingControl;
import io.retrograd.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A learning rate that a listener has changed is the same where the training goes on. */
class ResumedRateTest {
    private static final Shape SAMPLE = Shape.of(3);
    private static final Layer NETWORK = new Sequential(new Linear(4), new Tanh(), new Linear(3));
    private static final int BATCHES = 6;
    private static final int EPOCHS = 4;

    @TempDir private Path folder;

    /**
     * Changes the rate in each way, by the number of the step that is reported, and writes down
     * what each step had. It keeps nothing that the next one would need.
     */
    private static final class Changing implements TrainingListener {
        private final boolean holds;
        private final Map<Integer, Double> rates;
        private TrainingControl control;

        Changing(boolean holds, Map<Integer, Double> rates) {
            this.holds = holds;
            this.rates = rates;
        }

        @Override
        public boolean holdsNextStep() {
            return holds;
        }

        @Override
        public void onStart(TrainingControl started) {
            control = started;
            control.setLearningRateFactor(0.5);
        }

        @Override
        public Next onStep(StepResult step) {
            int number = (step.epoch() - 1) * BATCHES + step.step();
            rates.put(number, step.learningRate());
            switch (number % 5) {
                case 0 -> control.setLearningRate(0.01 * number);
                case 2 -> control.setLearningRateFactor(control.learningRateFactor() * 0.9);
                case 3 -> control.followSchedule();
                default -> {}
            }
            return Next.CONTINUE;
        }
    }

    private static ArrayDataset data() {
        double[][] x = new double[2 * BATCHES][3];
        int[] labels = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            labels[i] = i % 3;
            for (int j = 0; j < 3; j++) {
                x[i][j] = Philox.normal(1, i, j);
            }
        }
        return ArrayDataset.of(x, labels, SAMPLE, 3);
    }

    /** All rates and the parameters of a training that stops behind so many updates, if above 0. */
    private List<double[]> train(Backend backend, boolean holds, int updates) throws IOException {
        Checkpoints checkpoints = Checkpoints.in(folder.resolve("every" + updates)).keep(1);
        Map<Integer, Double> rates = new TreeMap<>();
        for (int pieces = 1; ; pieces++) {
            try (Model model = Model.create(NETWORK, SAMPLE, backend, 3)) {
                int[] asked = {0};
                History history =
                        new Trainer(model, new CrossEntropy(), new Sgd(0.2).momentum(0.9))
                                .batch(2)
                                .epochs(EPOCHS)
                                .schedule(Schedule.cosine())
                                .listener(new Changing(holds, rates))
                                .checkpoint(checkpoints, CheckpointEvery.stop())
                                .resume(checkpoints.newest())
                                .stopWhen(() -> updates > 0 && asked[0]++ >= updates)
                                .fit(data());
                if (history.end() != History.End.INTERRUPTED) {
                    assertTrue(updates == 0 ? pieces == 1 : pieces > 2, pieces + " pieces");
                    List<double[]> all = new ArrayList<>();
                    all.add(rates.values().stream().mapToDouble(rate -> rate).toArray());
                    assertEquals(EPOCHS * BATCHES, all.get(0).length);
                    model.names().forEach(name -> all.add(model.parameter(name)));
                    return all;
                }
            }
        }
    }

    private void goesOnAlike(Backend backend, boolean holds) throws IOException {
        List<double[]> whole = train(backend, holds, 0);
        for (int updates : new int[] {1, 4}) {
            List<double[]> pieces = train(backend, holds, updates);
            for (int i = 0; i < whole.size(); i++) {
                assertArrayEquals(whole.get(i), pieces.get(i));
            }
        }
    }

    @Test
    void onTheReference() throws IOException {
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            goesOnAlike(backend, /* holds= */ true);
        }
    }

    /** Reported late, a step's change holds a step later, with a checkpoint between or without. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onCuda(boolean holds) throws IOException {
        Gpu.load();
        try (Backend backend = Backends.open(Required.cuda())) {
            goesOnAlike(backend, holds);
        }
    }
}
