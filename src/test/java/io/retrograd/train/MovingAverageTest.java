package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.ParameterGroup;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a trainer does with averages, against averages that a listener adds up. */
class MovingAverageTest {
    private static final Layer NETWORK =
            new Sequential(new Linear(7), new BatchNorm(), new Relu(), new Linear(3));
    private static final int EPOCHS = 3;
    private static final double DECAY = 0.8;
    private static final double ROUNDINGS = 1e-14;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Optimizer optimizer() {
        return new Adam(0.05).group(ParameterGroup.matching("0.bias").frozen());
    }

    private Model model() {
        return Model.create(NETWORK, Shape.of(2), backend, 5);
    }

    private static Trainer trainer(Model model) {
        return new Trainer(model, new CrossEntropy(), optimizer()).batch(5).epochs(EPOCHS);
    }

    private static Map<String, double[]> values(Model model) {
        Map<String, double[]> values = new HashMap<>();
        model.names().forEach(name -> values.put(name, model.parameter(name)));
        return values;
    }

    /** Training is as without averages; in the end the model has them, and its own statistics. */
    @Test
    void theModelHasTheAveragesInTheEnd() {
        Map<String, double[]> averages = new HashMap<>();
        Map<String, double[]> last;
        try (Model model = model()) {
            TrainingListener adding =
                    new TrainingListener() {
                        @Override
                        public Next onStep(StepResult result) {
                            values(model).forEach((name, w) -> average(averages, name, w));
                            return Next.CONTINUE;
                        }
                    };
            trainer(model).listener(adding).fit(Points.of(20));
            last = values(model);
        }
        try (Model model = model()) {
            trainer(model).ema(DECAY).fit(Points.of(20));
            for (String name : model.names()) {
                boolean statistic = name.contains("running");
                double[] expected = (statistic ? last : averages).get(name);
                assertArrayEquals(expected, model.parameter(name), ROUNDINGS, name);
            }
            assertArrayEquals(last.get("0.bias"), model.parameter("0.bias"));
        }
    }

    private static void average(Map<String, double[]> averages, String name, double[] w) {
        double[] a = averages.get(name);
        if (a == null) {
            averages.put(name, w.clone());
            return;
        }
        for (int i = 0; i < a.length; i++) {
            a[i] = DECAY * a[i] + (1 - DECAY) * w[i];
        }
    }

    /** What is validated is what the model has after as many epochs; training goes on from w. */
    @Test
    void averagesAreValidated() {
        List<Double> validated = new ArrayList<>();
        try (Model model = model()) {
            History history =
                    trainer(model).ema(DECAY).validation(Points.of(12)).fit(Points.of(20));
            history.epochs().forEach(it -> validated.add(it.validation().loss()));
        }
        for (int epochs = 1; epochs <= EPOCHS; epochs++) {
            try (Model model = model()) {
                Trainer trainer = trainer(model).epochs(epochs).ema(DECAY);
                trainer.fit(Points.of(20));
                assertEquals(validated.get(epochs - 1), trainer.evaluate(Points.of(12)).loss());
            }
        }
    }

    @Test
    void senselessDecaysAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MovingAverage(1));
        assertThrows(IllegalArgumentException.class, () -> new MovingAverage(-0.1));
    }
}
