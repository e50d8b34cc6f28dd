import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.Checkpoint;
import io.retrograd.model.Mlp;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Saves a model's parameters as safetensors and loads them into another model. */
public final class SaveAndLoad {
    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("model", ".safetensors");
        double[] x = {1, 2, 3, 4};
        Shape sample = Shape.of(1, 2, 2);
        try (Backend backend = Backends.open("auto");
                Model one = Model.create(Mlp.of(3, 8), sample, backend, /* seed= */ 1);
                Model other = Model.create(Mlp.of(3, 8), sample, backend, /* seed= */ 2)) {
            Checkpoint.save(file, one.parameters(), Map.of("made by", "SaveAndLoad"));
            System.out.println("same before: " + Arrays.equals(one.predict(x), other.predict(x)));
            Checkpoint.load(file, other.parameters());
            System.out.println("same after: " + Arrays.equals(one.predict(x), other.predict(x)));
        } finally {
            Files.delete(file);
        }
    }
}
