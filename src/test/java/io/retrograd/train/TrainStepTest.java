package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainStepTest {
    private static final Layer CNN =
            new Sequential(
                    new Conv2d(4, 3).padding(1),
                    new Relu(),
                    new Residual(new Sequential(new Conv2d(4, 3).padding(1), new Relu())),
                    new MaxPool2d(2),
                    new Dropout(0.2),
                    new Flatten(),
                    new Linear(3));
    private static final Shape IMAGE = Shape.of(1, 6, 6);
    private static final Regularization ALL =
            Regularization.none().l1(1e-4).l2(1e-4).clipNorm(1).clipValue(0.5);

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 2);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** The worked example: O = w·x + b is 4.5, its target 10, each weight moves by 0.01·5.5·x. */
    @Test
    void followsAHandComputedStep() {
        try (Model model = Model.create(new Linear(1), Shape.of(2), backend, 0)) {
            model.setParameter("weight", 1, 1.5);
            model.setParameter("bias", 0.5);
            TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(0.005), 1);
            step.run(new double[] {1, 2}, new double[] {10});
            assertEquals(5.5 * 5.5, step.loss());
            assertArrayEquals(new double[] {-11, -22}, model.gradient("weight"));
            assertArrayEquals(new double[] {1.055, 1.61}, model.parameter("weight"), 1e-15);
            assertArrayEquals(new double[] {0.555}, model.parameter("bias"), 1e-15);
        }
    }

    /** Without their input's gradient the first layer's parameters have the same gradients. */
    @Test
    void stepsOfTwoBatchSizesShareTheParameters() {
        double[] x = images(3);
        int[] labels = {0, 1, 2};
        try (Model model =
                Model.create(new Sequential(new Flatten(), new Linear(3)), IMAGE, backend, 0)) {
            TrainStep three = new TrainStep(model, new CrossEntropy(), new Sgd(0), 3);
            three.run(x, labels);
            double[] together = model.gradient("1.weight");
            TrainStep one = new TrainStep(model, new CrossEntropy(), new Sgd(0), 1);
            double[] mean = new double[together.length];
            for (int n = 0; n < 3; n++) {
                one.run(Arrays.copyOfRange(x, 36 * n, 36 * n + 36), new int[] {labels[n]});
                double[] gradient = model.gradient("1.weight");
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += gradient[i] / 3;
                }
            }
            assertArrayEquals(mean, together, 1e-15);
            assertEquals(4, model.steps());
        }
    }

    /** Penalty, then norm, then value: 3 + 0.5·2 = 4 is scaled to 2 and cut to 1.5. */
    @Test
    void penaltyComesBeforeClipping() {
        try (Model model = Model.create(new Linear(1).bias(false), Shape.of(1), backend, 0)) {
            model.setParameter("weight", 2);
            Regularization rules = Regularization.none().l2(0.5).clipNorm(2).clipValue(1.5);
            TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(1), rules, 1);
            step.run(new double[] {1}, new double[] {0.5});
            assertArrayEquals(new double[] {1.5}, model.gradient("weight"));
            assertArrayEquals(new double[] {0.5}, model.parameter("weight"));
        }
    }

    @Test
    void eachStepDropsOtherElements() {
        Layer net = new Dropout(0.5);
        try (Model model = Model.create(net, Shape.of(64), backend, 0)) {
            TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(1), 1);
            double[] ones = new double[64];
            Arrays.fill(ones, 1);
            double[] first = outputAfter(step, ones);
            double[] second = outputAfter(step, ones);
            assertFalse(Arrays.equals(first, second));
            model.counts().restartOptimizer();
            assertArrayEquals(first, outputAfter(step, ones));
            assertArrayEquals(ones, model.predict(ones));
        }
    }

    private static double[] outputAfter(TrainStep step, double[] x) {
        step.run(x, x);
        double[] output = new double[x.length];
        step.output(output);
        return output;
    }

    @Test
    void allocatesNothing() {
        for (Optimizer optimizer :
                List.of(
                        new Sgd(0.01).momentum(0.9),
                        new Adam(0.01).amsgrad(),
                        new RmsProp(0.01).centered(),
                        new Adagrad(0.01))) {
            assertEquals(0, allocated(new CrossEntropy().labelSmoothing(0.1), optimizer));
        }
        assertEquals(0, allocated(new MseLoss(), new Sgd(0.01)));
    }

    /**
     * Bytes that this thread allocates in every step: now and then the JVM adds some of its own.
     */
    private long allocated(Loss loss, Optimizer optimizer) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] x = images(5);
        int[] labels = {0, 1, 2, 0, 1};
        double[] targets = new double[15];
        try (Model model = Model.create(CNN, IMAGE, backend, 0);
                TrainStep step = new TrainStep(model, loss, optimizer, ALL, 5)) {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 25; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                if (loss instanceof CrossEntropy) {
                    step.run(x, labels);
                } else {
                    step.run(x, targets);
                }
                step.loss();
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }
    }

    @Test
    void aStepLowersTheLoss() {
        double[] x = images(5);
        int[] labels = {0, 1, 2, 0, 1};
        try (Model model = Model.create(CNN, IMAGE, backend, 3)) {
            TrainStep step = new TrainStep(model, new CrossEntropy(), new Adam(0.01), ALL, 5);
            step.run(x, labels);
            double first = step.loss();
            for (int i = 0; i < 60; i++) {
                step.run(x, labels);
            }
            assertTrue(step.loss() < first / 2, first + " to " + step.loss());
            assertNotEquals(first, step.loss());
        }
    }

    private static double[] images(int count) {
        double[] x = new double[36 * count];
        Arrays.setAll(x, i -> Philox.normal(1, 2, i));
        return x;
    }
}
