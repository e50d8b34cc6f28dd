import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.Weights;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Freezing;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Starts from a network that tells odd digits from even ones, to tell all ten. */
public final class FineTune {
    private static final Shape SAMPLE = Shape.of(1, 8, 8);
    private static final int SAMPLES = 600;

    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("parity", ".safetensors");
        try (Backend backend = Backends.open("auto");
                Model parity = Model.create(DigitsNet.of(2), SAMPLE, backend, /* seed= */ 1);
                Model digits = Model.create(DigitsNet.of(10), SAMPLE, backend, /* seed= */ 2)) {
            new Trainer(parity, new CrossEntropy(), new Adam(1e-3)).epochs(4).fit(data(2));
            Checkpoint.save(file, parity.parameters(), Map.of());

            // All but the last layer, which is for other classes.
            Weights.Result result = Weights.load(file).except("12.*").into(digits);
            System.out.println("loaded " + result.loaded().size() + ", new " + result.kept());

            // The head alone for two epochs, then all.
            Trainer trainer = new Trainer(digits, new CrossEntropy(), new Adam(3e-3)).epochs(6);
            Freezing body = Freezing.of("0.*", "1.*", "3.*", "4.*", "7.*", "8.*");
            trainer.freeze(body.norms().until(2)).fit(data(10));
            System.out.printf("accuracy %.3f%n", trainer.evaluate(data(10)).accuracy());
        } finally {
            Files.delete(file);
        }
    }

    /** Digits, or what is left of them after division by the number of classes. */
    private static ArrayDataset data(int classes) {
        LabelledDataset all = Digits.load();
        double[][] x = new double[SAMPLES][64];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            all.sample(i, x[i], 0);
            labels[i] = all.label(i) % classes;
        }
        return ArrayDataset.of(x, labels, SAMPLE);
    }
}
