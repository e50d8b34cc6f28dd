package io.retrograd.optim;

import io.retrograd.backend.Selection;
import io.retrograd.tensor.Checks;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that an optimizer treats in their own way: with another learning rate, with another
 * weight decay, or not at all. Immutable; {@link Optimizer#group} adds it to an optimizer.
 *
 * <pre>{@code
 * Adam.adamW(1e-3)
 *         .group(ParameterGroup.vectors().weightDecay(0))
 *         .group(ParameterGroup.under("encoder").learningRateFactor(0.1))
 *         .group(ParameterGroup.matching("0.*").frozen())
 * }</pre>
 *
 * <p>A parameter may belong to several groups. Each sets what it states; where two state the same,
 * the group that was added later decides.
 *
 * <p>A frozen parameter keeps its value bit by bit: no step, no weight decay, no change of the
 * optimizer's memory, no part in penalties and in the norm that {@code clipNorm} limits, as with
 * PyTorch's {@code requires_grad = False}. Nothing that only its gradient needs is computed.
 * Running statistics are no parameters: those of a batch norm whose parameters are frozen follow
 * the batches.
 *
 * @param globs patterns of names, where {@code *} stands for any characters, dots too, and {@code
 *     ?} for one; a parameter whose name any of them matches belongs to the group
 * @param highestRank of a parameter's shape, for it to belong to the group
 * @param rate the factor of the learning rate; null for the optimizer's
 * @param decay the weight decay; null for the optimizer's
 * @param fixed whether the parameters stay as they are
 */
public record ParameterGroup(
        List<String> globs,
        int highestRank,
        @Nullable Double rate,
        @Nullable Double decay,
        boolean fixed) {
    public ParameterGroup {
        globs = List.copyOf(globs);
        if (globs.isEmpty()) {
            throw new IllegalArgumentException("ParameterGroup: expected a pattern, got none");
        }
        if (rate != null) {
            Checks.notNegative("ParameterGroup", "learning rate factor", rate);
        }
        if (decay != null) {
            Checks.notNegative("ParameterGroup", "weight decay", decay);
        }
    }

    private ParameterGroup(List<String> globs, int highestRank) {
        this(globs, highestRank, /* rate= */ null, /* decay= */ null, /* fixed= */ false);
    }

    /**
     * Those whose name, such as {@code 3.body.1.weight}, one of the patterns matches: {@code *} is
     * any characters, dots too, {@code ?} is one.
     */
    public static ParameterGroup matching(String... globs) {
        return new ParameterGroup(List.of(globs), Integer.MAX_VALUE);
    }

    /** Those of the layer of this path, such as {@code 3.body}, and of all layers in it. */
    public static ParameterGroup under(String path) {
        return matching(path + ".*");
    }

    /** Those of rank 0 and 1: biases, and the weights of normalizations. */
    public static ParameterGroup vectors() {
        return new ParameterGroup(List.of("*"), 1);
    }

    /** The same with a learning rate of so much of the optimizer's, whatever its schedule gives. */
    public ParameterGroup learningRateFactor(double factor) {
        return new ParameterGroup(globs, highestRank, factor, decay, fixed);
    }

    /** The same with this weight decay, used as the optimizer's rule uses its own. */
    public ParameterGroup weightDecay(double factor) {
        return new ParameterGroup(globs, highestRank, rate, factor, fixed);
    }

    /** The same, of parameters that stay as they are. */
    public ParameterGroup frozen() {
        return new ParameterGroup(globs, highestRank, rate, decay, true);
    }

    /**
     * The selection with this group's treatment.
     *
     * @param names those of all parameters
     * @throws IllegalArgumentException if a pattern matches none of the names
     */
    Selection treat(Selection parameters, List<String> names) {
        List<Pattern> patterns = Globs.patterns("ParameterGroup", globs, names);
        return parameters.with(
                (w, treatment) -> {
                    if (w.shape().rank() > highestRank || !Globs.match(patterns, w)) {
                        return treatment;
                    }
                    return fixed
                            ? null
                            : new Selection.Treatment(
                                    rate == null ? treatment.rate() : rate,
                                    decay == null ? treatment.weightDecay() : decay);
                });
    }
}
