package io.retrograd.optim;

import io.retrograd.backend.MuonScale;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Muon, {@code w ← w − lr·scale·X} with the matrix X nearest to momentum whose singular values are
 * all about 1; the whole rule stands at {@link UpdateRule.Muon}.
 *
 * <p>It is for matrices: weights of linear layers, and of convolutions as (K, C·R·S). All other
 * parameters, biases, normalizations, and what {@link #except} names, are left to AdamW, or {@link
 * #others}. Name embeddings there, and a classifier's last layer: {@code except("0.weight",
 * "head.*")}.
 *
 * @param learningRate the matrices'; schedules multiply the others' by the same factors
 * @param spec the rule of matrices
 * @param others the optimizer of all other parameters
 * @param exceptions patterns of names, as {@link ParameterGroup#matching} takes them
 */
public record Muon(
        double learningRate, UpdateRule.Muon spec, Optimizer others, List<String> exceptions)
        implements Optimizer {
    private static final double OTHERS_RATE = 3e-4;

    public Muon {
        Checks.positive("Muon", "learning rate", learningRate);
        exceptions = List.copyOf(exceptions);
        if (others.getClass() == Grouped.class || others.getClass() == Muon.class) {
            throw new IllegalArgumentException(
                    "Muon: expected a plain optimizer of other parameters, got "
                            + others
                            + "; give the groups to Muon, which passes them on");
        }
    }

    /**
     * With PyTorch's defaults: momentum 0.95, Nesterov's, 5 steps of the iteration, weight decay
     * 0.1, the authors' scale. Others have AdamW with learning rate 3e-4 and no weight decay.
     */
    public Muon(double learningRate) {
        this(
                learningRate,
                new UpdateRule.Muon(0.95, /* nesterov= */ true, 0.1, 5, MuonScale.ORIGINAL),
                Adam.adamW(OTHERS_RATE).weightDecay(0),
                List.of());
    }

    /** The same with another momentum. */
    public Muon momentum(double momentum) {
        return with(
                new UpdateRule.Muon(
                        momentum, spec.nesterov(), spec.weightDecay(), spec.steps(), spec.scale()));
    }

    /** The same without Nesterov's momentum: the mean of gradients alone. */
    public Muon plainMomentum() {
        return with(
                new UpdateRule.Muon(
                        spec.momentum(),
                        /* nesterov= */ false,
                        spec.weightDecay(),
                        spec.steps(),
                        spec.scale()));
    }

    /** The same with this weight decay of matrices, beside the step. */
    public Muon weightDecay(double decay) {
        return with(
                new UpdateRule.Muon(
                        spec.momentum(), spec.nesterov(), decay, spec.steps(), spec.scale()));
    }

    /** The same with so many steps of the iteration. */
    public Muon steps(int steps) {
        return with(
                new UpdateRule.Muon(
                        spec.momentum(), spec.nesterov(), spec.weightDecay(), steps, spec.scale()));
    }

    /** The same with another scale of the step. */
    public Muon scale(MuonScale scale) {
        return with(
                new UpdateRule.Muon(
                        spec.momentum(), spec.nesterov(), spec.weightDecay(), spec.steps(), scale));
    }

    /** The same with another optimizer of all other parameters. */
    public Muon others(Optimizer optimizer) {
        return new Muon(learningRate, spec, optimizer, exceptions);
    }

    /**
     * The same with more weights left to the other optimizer: those whose name a pattern matches.
     */
    public Muon except(String... globs) {
        List<String> more = new ArrayList<>(exceptions);
        more.addAll(Arrays.asList(globs));
        return new Muon(learningRate, spec, others, more);
    }

    private Muon with(UpdateRule.Muon rule) {
        return new Muon(learningRate, rule, others, exceptions);
    }

    /** Others have their own weight decay, and their learning rate as a factor of the matrices'. */
    @Override
    public Selection selection(Parameters parameters) {
        List<Pattern> patterns = patterns(parameters);
        Selection.Treatment other =
                new Selection.Treatment(
                        others.learningRate() / learningRate, others.spec().weightDecay());
        return Selection.all(parameters, spec.weightDecay())
                .with((w, treatment) -> orthogonal(w, patterns) ? treatment : other);
    }

    @Override
    public Update bind(Selection selection) {
        List<Pattern> patterns = patterns(selection.parameters());
        List<Update> updates = new ArrayList<>();
        Selection matrices = selection.where(w -> orthogonal(w, patterns));
        if (!matrices.tensors().isEmpty()) {
            updates.add(matrices.update(spec));
        }
        Selection rest = selection.where(w -> !orthogonal(w, patterns));
        if (!rest.tensors().isEmpty() || updates.isEmpty()) {
            updates.add(others.bind(rest));
        }
        return Selection.sequence(updates);
    }

    private List<Pattern> patterns(Parameters parameters) {
        List<String> names = parameters.tensors().stream().map(Tensor::name).toList();
        return Globs.patterns("Muon", exceptions, names);
    }

    private static boolean orthogonal(Tensor w, List<Pattern> exceptions) {
        return w.shape().rank() >= 2 && !Globs.match(exceptions, w);
    }
}
