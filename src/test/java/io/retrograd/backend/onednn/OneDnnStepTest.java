package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Structure;
import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Node;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whole training steps on the CPU: threads, allocation, and what is used after it was closed. */
class OneDnnStepTest {
    private static final int BATCH = 12;
    private static final Shape IMAGE = Shape.of(3, 13, 13);
    private static final int STEPS = 5;
    private static final int MANY_STEPS = 100;

    /** The smallest block of malloc. */
    private static final int SMALLEST_BLOCK = 24;

    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(16, 3).padding(1).bias(false),
                    new BatchNorm(),
                    new Relu(),
                    new Residual(new Sequential(new Conv2d(16, 3).padding(1), new BatchNorm())),
                    new Relu(),
                    new MaxPool2d(2),
                    new Conv2d(24, 3).stride(2),
                    new Relu(),
                    new Flatten(),
                    new Linear(40),
                    new Relu(),
                    new Linear(10));

    @Test
    void deterministicResultsDoNotDependOnTheNumberOfThreads() {
        double[] one = trained(1);
        for (int threads : new int[] {1, 2, 3, 5}) {
            assertArrayEquals(one, trained(threads), threads + " threads");
        }
    }

    /** All parameters after a few steps, one behind the other. */
    private static double[] trained(int threads) {
        try (Backend backend =
                        Backends.open(
                                "cpu",
                                OpenOptions.of("float32").threads(threads).deterministic(true));
                Model model = Model.create(NETWORK, IMAGE, backend, 1);
                TrainStep step = step(model)) {
            run(step, STEPS);
            return model.parameters().tensors().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toArray()))
                    .toArray();
        }
    }

    @Test
    void allocatesNothingOnTheHeap() {
        assertEquals(0, heapBytes(NETWORK, IMAGE, images()));
    }

    @Test
    void tokensAllocateNothingOnTheHeap() {
        Layer network = new Sequential(new Embedding(7, 4), new Flatten(), new Linear(10));
        double[] x = new double[BATCH * 3];
        Arrays.setAll(x, i -> i % 7);
        assertEquals(0, heapBytes(network, Shape.of(3), x));
    }

    /**
     * Bytes that this thread allocates in every step: now and then the JVM adds some of its own.
     */
    private static long heapBytes(Layer network, Shape sample, double[] x) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Backend backend = Backends.open("cpu");
                Model model = Model.create(network, sample, backend, 1);
                TrainStep step = step(model)) {
            int[] labels = labels();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 4 * STEPS; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                step.run(x, labels);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }
    }

    /** The result of glibc's mallinfo2(3). */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static class MallocInfo extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    @Test
    void keepsNothingOffTheHeap() {
        assumeTrue(Platform.isLinux());
        try (Backend backend = Backends.open("cpu");
                Model model = Model.create(NETWORK, IMAGE, backend, 1);
                TrainStep step = step(model)) {
            run(step, STEPS);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 2 * STEPS; i++) {
                long before = nativeBytes();
                run(step, MANY_STEPS);
                least = Math.min(least, nativeBytes() - before);
            }
            long oneBlockAStep = (long) MANY_STEPS * SMALLEST_BLOCK;
            assertTrue(least < oneBlockAStep, least + " bytes more after " + MANY_STEPS);
        }
    }

    private static long nativeBytes() {
        MallocInfo info =
                (MallocInfo)
                        Function.getFunction("c", "mallinfo2")
                                .invoke(MallocInfo.class, new Object[0]);
        return info.uordblks + info.hblkhd;
    }

    @Test
    void closedOperationsAndTensorsThrow() {
        try (Backend backend = Backends.open("cpu")) {
            Parameters parameters = new Parameters(backend, 1);
            Binder binder = new Binder(parameters, BindOptions.train());
            NETWORK.bind(binder, binder.input(IMAGE.batch(2)));
            Binding binding = binder.commit();
            binding.forward();
            binding.close();
            Node first = binding.nodes().get(0);
            assertThrows(IllegalStateException.class, binding::forward);
            assertThrows(IllegalStateException.class, () -> first.op().forward());
            assertThrows(IllegalStateException.class, () -> first.writes().get(0).toArray());

            Binder again = new Binder(parameters, BindOptions.train());
            NETWORK.bind(again, again.input(IMAGE.batch(2)));
            Binding open = again.commit();
            open.forward();
            parameters.close();
            Node node = open.nodes().get(0);
            assertThrows(IllegalStateException.class, () -> node.op().forward());
            open.close();
        }
    }

    private static TrainStep step(Model model) {
        return new TrainStep(model, new CrossEntropy(), new Sgd(0.05).momentum(0.9), BATCH);
    }

    private static void run(TrainStep step, int times) {
        double[] x = images();
        int[] labels = labels();
        for (int i = 0; i < times; i++) {
            step.run(x, labels);
        }
    }

    private static double[] images() {
        double[] x = new double[Math.toIntExact(IMAGE.size()) * BATCH];
        Arrays.setAll(x, i -> Philox.normal(1, 2, i));
        return x;
    }

    private static int[] labels() {
        int[] labels = new int[BATCH];
        Arrays.setAll(labels, i -> i % 10);
        return labels;
    }
}
