package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A training on the stand-in, in which the environment plants faults; run by {@link CudaFaultTest}
 * in a JVM of its own. Prints what the user is told, and the sum of all weights.
 *
 * <pre>
 *   FaultyTraining measured=FOLDER        measures the ways of convolutions, and keeps them there
 *   FaultyTraining deterministic=FOLDER   keeps what it tries
 *   FaultyTraining reopened=FOLDER        fails, and trains on the device opened again
 * </pre>
 */
final class FaultyTraining {
    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(4, 3).padding(1), new Conv2d(3, 3), new Flatten(), new Linear(2));

    private static final Shape SAMPLE = Shape.of(2, 6, 7);
    private static final int BATCH = 3;
    private static final int STEPS = 5;

    private FaultyTraining() {}

    public static void main(String[] args) {
        String how = args[0].replaceFirst("=.*", "");
        Path folder = Path.of(args[0].substring(how.length() + 1));
        if (how.equals("reopened")) {
            try {
                System.out.println("sum " + trained(how, folder));
            } catch (RuntimeException e) {
                System.out.println("failed: " + e.getMessage());
            }
        }
        System.out.println("sum " + trained(how, folder));
    }

    /** The sum of all weights after training, on which each of them has its part. */
    static double sum(Backend backend) {
        try (Model model = Model.create(NETWORK, SAMPLE, backend, 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0.05), BATCH)) {
            double[] x = new double[Math.toIntExact(SAMPLE.size()) * BATCH];
            Arrays.setAll(x, i -> Philox.normal(1, 2, i));
            for (int i = 0; i < STEPS; i++) {
                step.run(x, new int[] {0, 1, 1});
            }
            return model.parameters().tensors().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toArray()))
                    .sum();
        }
    }

    private static double trained(String how, Path folder) {
        try (Backend cuda =
                new CudaBackend(
                        CudaPlatform.STANDIN,
                        CudaPrecision.FLOAT64,
                        /* deterministic= */ !how.equals("measured"),
                        new Choices(folder),
                        line -> System.out.println(line))) {
            return sum(cuda);
        }
    }
}
