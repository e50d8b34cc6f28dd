import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.MseLoss;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.Random;

/** Gradient descent written out: fits sin(3x) with steps against the gradient's direction. */
public final class OwnOptimizer {
    private static final int BATCH = 64;

    public static void main(String[] args) {
        Random random = new Random(1);
        var network = new Sequential(new Linear(32), new Tanh(), new Linear(1));
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(network, Shape.of(1), backend, /* seed= */ 1)) {
            for (int step = 1; step <= 400; step++) {
                double[] x = random.doubles(BATCH, -1, 1).toArray();
                double[] targets = Arrays.stream(x).map(v -> Math.sin(3 * v)).toArray();
                Gradients g = model.gradients(x, targets, new MseLoss());
                double rate = 0.1 / (g.norm() + 0.1);
                for (String name : g.parameters()) {
                    double[] w = model.parameter(name);
                    double[] dw = g.parameter(name);
                    Arrays.setAll(w, i -> w[i] - rate * dw[i]);
                    model.setParameter(name, w);
                }
                if (step % 200 == 0) {
                    System.out.printf("step %d: loss %.5f%n", step, g.loss());
                }
            }
        }
    }
}
