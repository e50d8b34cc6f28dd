package io.retrograd.interop;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.file.Faults;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A checkpoint is the old one or the new one, whatever stops its writing. */
class WritingFaultsTest {
    @Test
    void checkpoint() throws IOException {
        try (Backend backend = Backends.open("reference", "float64", /* threads= */ 1)) {
            Faults.inject(
                    "model.safetensors",
                    (folder, version) -> {
                        try (Model model =
                                Model.create(new Linear(2), Shape.of(3), backend, version)) {
                            Checkpoint.save(
                                    folder.resolve("model.safetensors"),
                                    model.parameters(),
                                    Map.of("epoch", Integer.toString(version)));
                        }
                    });
        }
    }
}
