import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.model.LeNet5;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Random;

/** Computes the same on every device, and prints how far each is from the reference. */
public final class CompareDevices {
    private static final Shape IMAGE = Shape.of(1, 28, 28);

    public static void main(String[] args) {
        double[] images = new Random(1).doubles(8 * IMAGE.size()).toArray();
        double[] right = logits("reference", images);
        for (BackendProvider provider : Backends.providers()) {
            if (!provider.automatic() || !provider.probe().usable()) {
                System.out.printf("%-12s skipped%n", provider.name());
                continue;
            }
            double[] logits = logits(provider.name(), images);
            double worst = 0;
            for (int i = 0; i < logits.length; i++) {
                worst = Math.max(worst, Math.abs(logits[i] - right[i]));
            }
            System.out.printf("%-12s largest difference %.1e%n", provider.name(), worst);
        }
    }

    private static double[] logits(String device, double[] images) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(LeNet5.of(10), IMAGE, backend, /* seed= */ 1)) {
            return model.predict(images);
        }
    }
}
