package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole training steps on the CUDA backend, of which all but the first two are replayed. */
class CudaStepTest {
    private static final Shape SAMPLE = Shape.of(13);
    private static final int BATCH = 7;
    private static final int STEPS = 6;
    private static final Layer NETWORK = new Sequential(new Linear(11), new Relu(), new Linear(5));

    @BeforeEach
    void load() {
        Gpu.load();
    }

    @Test
    void isAsOnTheReference() {
        double[] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = trained(reference);
        }
        try (Backend cuda = open(CudaPrecision.FLOAT64)) {
            double[] actual = trained(cuda);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e-13, "parameter " + i);
            }
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

    private static Backend open(CudaPrecision precision) {
        return new CudaBackend(
                CudaPlatform.STANDIN,
                precision,
                /* deterministic= */ true,
                /* choices= */ null,
                line -> {});
    }

    /** All parameters after a few steps, one behind the other. */
    private static double[] trained(Backend backend) {
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 1);
                TrainStep step = step(model)) {
            for (int i = 0; i < STEPS; i++) {
                step.run(samples(), labels());
            }
            return model.parameters().tensors().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toArray()))
                    .toArray();
        }
    }

    private static TrainStep step(Model model) {
        return new TrainStep(model, new CrossEntropy(), new Sgd(0.05).momentum(0.9), BATCH);
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
