package io.retrograd.cli;

import io.retrograd.interop.Torchvision;
import io.retrograd.interop.Weights;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.StartingValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --weights}: a run's, or one of another program with our names, or
 * torchvision's for networks that it has too.
 *
 * @param key of the dictionary of tensors in a file of {@code torch.save}; null for the file's own
 */
record FirstWeights(Path file, @Nullable String key) {
    /**
     * Sets a model's parameters and running statistics.
     *
     * @param network the ready-made network's name
     * @param newHead whether the last layer stays as it is where the file's is for other classes
     * @return what was done, for people
     * @throws IllegalArgumentException if the file's tensors are others
     * @throws IOException if the file cannot be read
     */
    String load(String network, Model model, boolean newHead) throws IOException {
        Weights weights = Weights.load(file);
        if (key != null) {
            weights = weights.key(key);
        }
        Map<String, Shape> shapes = StartingValues.shapes(model);
        Optional<Torchvision> known = Torchvision.of(network);
        boolean theirs =
                known.isPresent() && weights.names().stream().noneMatch(shapes::containsKey);
        if (theirs) {
            weights = weights.from(known.get());
        }
        String head = known.map(Torchvision::head).orElseGet(() -> head(shapes));
        if (newHead) {
            weights = weights.exceptIfOther(head);
        }
        Weights.Result result = weights.into(model);
        return String.format(
                "weights %s: %d tensors%s%s",
                file,
                result.loaded().size(),
                theirs ? " with torchvision's names" : "",
                result.kept().isEmpty()
                        ? ""
                        : String.format(
                                "; the last layer, %s, starts anew, as the file's is for other"
                                        + " classes",
                                result.kept()));
    }

    /** A pattern of the parameters of the last layer that has any. */
    static String head(Map<String, Shape> shapes) {
        String last = "";
        for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
            if (entry.getKey().endsWith(".weight") && entry.getValue().rank() > 1) {
                last = entry.getKey();
            }
        }
        return last.isEmpty() ? "*" : last.substring(0, last.length() - "weight".length()) + "*";
    }
}
