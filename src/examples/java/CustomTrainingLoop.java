import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import java.util.Random;

/** A training loop of one's own: fits sin(3x) with a learning rate that falls. */
public final class CustomTrainingLoop {
    private static final int BATCH = 64;
    private static final int STEPS = 600;

    public static void main(String[] args) {
        Random random = new Random(1);
        var network = new Sequential(new Linear(32), new Tanh(), new Linear(1));
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(network, Shape.of(1), backend, /* seed= */ 1);
                TrainStep step = new TrainStep(model, new MseLoss(), new Adam(0.02), BATCH)) {
            for (int i = 0; i < STEPS; i++) {
                double[] x = random.doubles(BATCH, -1, 1).toArray();
                double[] targets = Arrays.stream(x).map(v -> Math.sin(3 * v)).toArray();
                step.setLearningRate(0.02 * (1 - (double) i / STEPS));
                step.run(x, targets);
                if ((i + 1) % 200 == 0) {
                    System.out.printf("step %d: loss %.5f%n", i + 1, step.loss());
                }
            }
            System.out.printf("f(0.5) = %.2f%n", model.predict(new double[] {0.5})[0]);
        }
    }
}
