package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.bind.BindOptions;
import io.retrograd.optim.Globs;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that stay as they are, for all of a training or its first epochs: those of a network
 * whose weights come from elsewhere, while a new head learns.
 *
 * <pre>{@code
 * trainer.freeze(Freezing.of("0.*", "1.*").norms().until(3))
 * }</pre>
 *
 * <p>A step computes neither the gradients of frozen parameters nor those of activations that only
 * they would need: backward ends at the deepest layer that is trained. Layers other than
 * convolutions, linear maps and batch norms compute their frozen parameters' gradients nevertheless
 * where backward passes through them.
 *
 * @param globs patterns of names, where {@code *} is any characters, dots too, and {@code ?} is one
 * @param fixesNorms whether frozen batch norm takes its running statistics and leaves them as they
 *     are; else it takes the batch's, and follows them
 * @param epochs after which nothing of this is frozen any more; the optimizer's memory, and a
 *     moving average, then start anew, with the steps counted from 1, as new ones would
 */
public record Freezing(List<String> globs, boolean fixesNorms, int epochs) {
    public Freezing {
        globs = List.copyOf(globs);
        Checks.atLeast("Freezing", "epochs", 1, epochs);
    }

    /** Nothing but what the optimizer's groups freeze. */
    static Freezing none() {
        return new Freezing(List.of(), /* fixesNorms= */ false, Integer.MAX_VALUE);
    }

    /** Parameters whose names a pattern matches, for all of the training. */
    public static Freezing of(String... globs) {
        if (globs.length == 0) {
            throw new IllegalArgumentException("Freezing: expected a pattern, got none");
        }
        return new Freezing(List.of(globs), /* fixesNorms= */ false, Integer.MAX_VALUE);
    }

    /** The same, and batch norm that is frozen infers. */
    public Freezing norms() {
        return new Freezing(globs, /* fixesNorms= */ true, epochs);
    }

    /** The same, for the first epochs only. */
    public Freezing until(int epochsFrozen) {
        return new Freezing(globs, fixesNorms, epochsFrozen);
    }

    /** What is frozen where a training goes on from a state; null for one that begins. */
    Freezing at(@Nullable TrainingState state) {
        if (state == null) {
            return this;
        }
        TrainingProgress progress = state.progress();
        int begun = progress.epochs().size() + (progress.position() == null ? 0 : 1);
        return begun > epochs ? none() : this;
    }

    /**
     * Those of a selection that are trained.
     *
     * @throws IllegalArgumentException if a pattern matches no parameter, or none is left
     */
    Selection trained(Selection selection) {
        if (globs.isEmpty()) {
            return selection;
        }
        List<String> names = selection.parameters().tensors().stream().map(Tensor::name).toList();
        List<Pattern> patterns = Globs.patterns("Freezing", globs, names);
        Selection trained = selection.where(w -> !Globs.match(patterns, w.name()));
        if (trained.tensors().isEmpty()) {
            throw new IllegalArgumentException(
                    "Freezing: expected some parameters left to train, got none besides " + globs);
        }
        return trained;
    }

    /** What a step is bound with that trains these. */
    BindOptions options(Selection trained) {
        Parameters parameters = trained.parameters();
        Set<String> names =
                parameters.tensors().stream().map(Tensor::name).collect(Collectors.toSet());
        trained.tensors().forEach(w -> names.remove(w.name()));
        if (trained.tensors().isEmpty()) {
            // Groups of the optimizer may freeze all, and a step must have a gradient of something.
            return BindOptions.train();
        }
        return BindOptions.train().frozen(new BindOptions.Frozen(names, fixesNorms));
    }
}
