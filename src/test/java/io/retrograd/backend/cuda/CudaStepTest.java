package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.LibraryUse;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import io.retrograd.train.Regularization;
import io.retrograd.train.TrainStep;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole training steps on the CUDA backend, of which all but the first two are replayed. */
@Tag("slow")
class CudaStepTest {
    private static final Shape SAMPLE = Shape.of(2, 9, 9);
    private static final int BATCH = 7;
    private static final int STEPS = 6;
    private static final int FAR_TOO_LARGE = 800_000;

    /** Of the GPU's memory: as many samples take more. */
    private static final long LEFT = 1L << 30;

    private static final int EAGER_AND_RECORDED = 3;

    /** For a step that is replayed: its inputs, its control, the graph. */
    private static final int MOST_CALLS = 40;

    /** Two samples of as many numbers take several hundred KB. */
    private static final int MANY = 50_000;

    /** Of float64 after a few steps: sums of some hundred numbers around 1, in another order. */
    private static final double TOLERANCE = 1e-12;

    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(4, 3).padding(1),
                    new BatchNorm(),
                    new Relu(),
                    new MaxPool2d(2),
                    new Dropout(0.3),
                    new Flatten(),
                    new Linear(11),
                    new Gelu(),
                    new Linear(5));

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** More inputs than there are buffers, each large enough to cross the bus beside the step. */
    @Test
    void inputsThatArriveWhileStepsRunAreAsThoseThatWait() {
        double[][] weights = new double[2][];
        for (boolean waits : new boolean[] {true, false}) {
            try (Backend cuda = open(CudaPrecision.FLOAT32);
                    Model model = Model.create(new Linear(1), Shape.of(MANY), cuda, 1)) {
                TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(1e-5), 2);
                double[] x = new double[2 * MANY];
                for (int run = 0; run < 2 * STEPS + 3; run++) {
                    int stream = run;
                    Arrays.setAll(x, i -> Philox.normal(5, stream, i));
                    step.run(x, new double[] {1, -1});
                    if (waits) {
                        cuda.synchronize();
                    }
                }
                weights[waits ? 0 : 1] = model.parameter("weight");
            }
        }
        assertArrayEquals(weights[0], weights[1]);
    }

    @Test
    void isAsOnTheReference() {
        double[] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = trained(reference, /* eager= */ true);
        }
        try (Backend cuda = open(CudaPrecision.FLOAT64)) {
            double[] actual = trained(cuda, /* eager= */ false);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], TOLERANCE, "parameter " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CudaPrecision.class)
    void replayedStepsAreEagerOnes(CudaPrecision precision) {
        CudaAsked.assumeHas(precision);
        try (Backend cuda = open(precision)) {
            double[] eager = trained(cuda, /* eager= */ true);
            assertArrayEquals(eager, trained(cuda, /* eager= */ false));
        }
    }

    @Test
    void aReplayedStepRunsNoOperation() {
        try (Backend cuda = open(CudaPrecision.FLOAT32)) {
            int[] runs = new int[1];
            try (Repeated work = cuda.repeated(() -> runs[0]++)) {
                for (int i = 0; i < STEPS; i++) {
                    work.run();
                }
            }
            assertEquals(EAGER_AND_RECORDED, runs[0]);
        }
    }

    /** The third run is the one that is recorded; after it the stream works as before. */
    @Test
    void aFailureWhileRecordingIsTold() {
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1);
                TrainStep step = step(model)) {
            int[] runs = new int[1];
            Runnable failing =
                    () -> {
                        if (++runs[0] == EAGER_AND_RECORDED) {
                            throw new IllegalStateException("in the middle");
                        }
                    };
            try (Repeated work = cuda.repeated(failing)) {
                work.run();
                work.run();
                IllegalStateException e =
                        assertThrows(IllegalStateException.class, () -> work.run());
                assertEquals("in the middle", e.getMessage());
            }
            step.run(samples(), labels());
            assertTrue(step.loss() > 0);
        }
    }

    @Test
    void aNetworkWithoutParametersTrains() {
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(new Flatten(), SAMPLE, cuda, 1);
                TrainStep step =
                        new TrainStep(
                                model,
                                new CrossEntropy(),
                                new Sgd(0.1).momentum(0.9),
                                Regularization.none().clipNorm(1).l2(0.1),
                                BATCH)) {
            step.run(samples(), labels());
            assertTrue(step.loss() > 0);
        }
    }

    @Test
    void functionsInJavaAreNeverRecorded() {
        Custom twice = Custom.of("twice", x -> 2 * x, x -> 2);
        Layer network = new Sequential(new Flatten(), new Linear(11), twice, new Linear(5));
        double[] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = trained(reference, network, /* eager= */ true);
        }
        try (Backend cuda = open(CudaPrecision.FLOAT64)) {
            double[] actual = trained(cuda, network, /* eager= */ false);
            assertArrayEquals(expected, actual, TOLERANCE);
        }
    }

    /** The stand-in ends the process where anything is left when its context is destroyed. */
    @Test
    void nothingIsLeftAfterAFailureInTheMiddleOfBinding() {
        Layer network = new Sequential(new Conv2d(3, 3), new BatchNorm(), new Refusing());
        try (Backend cuda = open(CudaPrecision.FLOAT32)) {
            Parameters parameters = new Parameters(cuda, 1);
            Binder binder = new Binder(parameters, BindOptions.train());
            Tensor x = binder.input(Shape.of(2, 1, 5, 5));
            assertThrows(IllegalArgumentException.class, () -> network.bind(binder, x));
            parameters.close();
        }
        try (Backend cuda = open(CudaPrecision.FLOAT32)) {
            Model model = Model.create(NETWORK, SAMPLE, cuda, 1);
            TrainStep step = step(model);
            step.run(samples(), labels());
        }
    }

    /** A layer that cannot be bound. */
    private record Refusing() implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            throw new IllegalArgumentException("Refusing: no");
        }
    }

    /** On a GPU of any size: all of its memory but a little is taken before. */
    @Test
    void tooLargeABatchIsToldBeforeTheFirstStep() {
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1)) {
            CudaAsked.leave(cuda, LEFT);
            MemoryException e =
                    assertThrows(MemoryException.class, () -> step(model, FAR_TOO_LARGE));
            Matcher told =
                    Pattern.compile("the largest batch that fits is (\\d+), got " + FAR_TOO_LARGE)
                            .matcher(e.getMessage());
            assertTrue(told.find(), e.getMessage());
            long fits = Long.parseLong(told.group(1));
            long sample = SAMPLE.size() * Float.BYTES;
            assertTrue(fits > 1 && fits * sample < e.room(), e.getMessage());
            step(model, Math.toIntExact(fits)).close();
            int more = Math.toIntExact(fits) + 1;
            assertThrows(MemoryException.class, () -> step(model, more));
        }
    }

    @Test
    void anyThreadMayTrain() throws Exception {
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1);
                TrainStep step = step(model)) {
            step.run(samples(), labels());
            double here = step.loss();
            double[] there = new double[1];
            Thread other =
                    new Thread(
                            () -> {
                                step.run(samples(), labels());
                                there[0] = step.loss();
                            });
            other.start();
            other.join();
            assertTrue(there[0] > 0 && there[0] < here, there[0] + " after " + here);
        }
    }

    @Test
    void allocatesNothingOnTheHeap() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1);
                TrainStep step = step(model)) {
            double[] x = samples();
            int[] labels = labels();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 4 * STEPS; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                step.run(x, labels);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    /** All but the first two of each batch size are replayed; the parameters change between. */
    @Test
    void replayedPredictionsAreEagerOnes() {
        List<double[]> replayed = new ArrayList<>();
        List<double[]> eager = new ArrayList<>();
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1)) {
            double[] bias = new double[5];
            for (int run = 0; run < STEPS; run++) {
                bias[run % 5] = run;
                model.setParameter("8.bias", bias);
                replayed.add(model.predict(samples()));
                try (Model fresh = Model.create(NETWORK, SAMPLE, cuda, 1)) {
                    fresh.setParameter("8.bias", bias);
                    eager.add(fresh.predict(samples()));
                }
            }
        }
        for (int run = 0; run < STEPS; run++) {
            assertArrayEquals(eager.get(run), replayed.get(run), "run " + run);
        }
    }

    @Test
    void aReplayIsOneOfFewCalls() {
        assumeTrue(Gpu.PLATFORM == CudaPlatform.STANDIN, "only the stand-in counts calls");
        try (Backend cuda = open(CudaPrecision.FLOAT32);
                Model model = Model.create(NETWORK, SAMPLE, cuda, 1);
                TrainStep step = step(model)) {
            long first = calls(cuda, () -> step.run(samples(), labels()));
            long last = 0;
            for (int i = 1; i < STEPS; i++) {
                last = calls(cuda, () -> step.run(samples(), labels()));
            }
            assertTrue(last > 0 && last < MOST_CALLS && first > 3 * last, first + ", " + last);
            first = calls(cuda, () -> model.predict(samples()));
            for (int i = 1; i < STEPS; i++) {
                last = calls(cuda, () -> model.predict(samples()));
            }
            assertTrue(last < MOST_CALLS && first > 2 * last, first + ", " + last);
        }
    }

    private static long calls(Backend backend, Runnable work) {
        LibraryUse before = backend.libraryUse().orElseThrow();
        work.run();
        return backend.libraryUse().orElseThrow().since(before).calls();
    }

    private static Backend open(CudaPrecision precision) {
        return new CudaBackend(
                Gpu.PLATFORM,
                precision,
                /* deterministic= */ true,
                /* choices= */ null,
                line -> {});
    }

    private static double[] trained(Backend backend, boolean eager) {
        return trained(backend, NETWORK, eager);
    }

    /** All parameters after a few steps, one behind the other. */
    private static double[] trained(Backend backend, Layer network, boolean eager) {
        try (Model model = Model.create(network, SAMPLE, backend, 1);
                TrainStep step = step(model)) {
            step.setEager(eager);
            for (int i = 0; i < STEPS; i++) {
                step.setLearningRate(0.1 / (i + 1));
                step.run(samples(), labels());
            }
            return model.parameters().tensors().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toArray()))
                    .toArray();
        }
    }

    private static TrainStep step(Model model) {
        return step(model, BATCH);
    }

    private static TrainStep step(Model model, int batch) {
        return new TrainStep(model, new CrossEntropy(), new Sgd(0.05).momentum(0.9), batch);
    }

    private static double[] samples() {
        double[] x = new double[Math.toIntExact(SAMPLE.size()) * BATCH];
        Arrays.setAll(x, i -> Philox.normal(1, 2, i));
        return x;
    }

    private static int[] labels() {
        return IntStream.range(0, BATCH).map(i -> i % 5).toArray();
    }
}
