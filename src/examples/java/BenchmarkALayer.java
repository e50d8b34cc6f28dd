import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import java.util.Random;

/** Times one layer: forward, backward and update, the median of some steps. */
public final class BenchmarkALayer {
    private static final int BATCH = 8;
    private static final int STEPS = 20;

    public static void main(String[] args) {
        Layer layer = new Conv2d(16, 3).padding(1);
        Shape image = Shape.of(8, 16, 16);
        Random random = new Random(1);
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(layer, image, backend, /* seed= */ 1);
                TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(1e-3), BATCH)) {
            double[] x = random.doubles(BATCH * image.size()).toArray();
            double[] targets = random.doubles(step.outputShape().size()).toArray();
            for (int i = 0; i < STEPS; i++) {
                step.run(x, targets); // warms up
            }
            double[] times = new double[STEPS];
            for (int i = 0; i < STEPS; i++) {
                long start = System.nanoTime();
                step.run(x, targets);
                step.loss(); // waits for the device
                times[i] = (System.nanoTime() - start) / 1e6;
            }
            Arrays.sort(times);
            System.out.printf("%s: %.3f ms a step%n", layer, times[STEPS / 2]);
        }
    }
}
