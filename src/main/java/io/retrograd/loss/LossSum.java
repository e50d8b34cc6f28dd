package io.retrograd.loss;

import io.retrograd.tensor.Checks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A weighted sum of losses of a network's outputs, {@code L = Σ weight·loss}, as of a main and an
 * auxiliary head. Immutable.
 *
 * <pre>
 *   LossSum.of("class", new CrossEntropy()).plus(0.1, "box", new SmoothL1Loss())
 * </pre>
 *
 * Each loss has a target of its own, which goes by the name of the output, unless {@link
 * #withTarget} gives it another: losses with one name have the same target.
 *
 * @param terms at least 1
 */
public record LossSum(List<Term> terms) {
    /** The target of a loss of several outputs. */
    public static final String TARGET = "target";

    /**
     * One of the losses.
     *
     * @param weight finite
     * @param outputs the names of the outputs that it takes; none for all of the network, in order
     * @param target the name of its target, if it takes one
     */
    public record Term(double weight, JointLoss loss, List<String> outputs, String target) {
        public Term {
            Checks.finite("LossSum", "weight", weight);
            outputs = List.copyOf(outputs);
            if (!outputs.isEmpty() && outputs.size() != loss.outputs()) {
                throw new IllegalArgumentException(
                        String.format(
                                "LossSum: expected %d outputs for %s, got %s",
                                loss.outputs(), loss, outputs));
            }
        }
    }

    public LossSum {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("LossSum: expected at least 1 loss, got none");
        }
    }

    /** One loss of all outputs, in order. */
    public static LossSum of(JointLoss loss) {
        return new LossSum(List.of(new Term(1, loss, List.of(), TARGET)));
    }

    /** One loss of one output. */
    public static LossSum of(String output, Loss loss) {
        return new LossSum(List.of(new Term(1, loss, List.of(output), output)));
    }

    /** One loss of several outputs, with the target {@value #TARGET}. */
    public static LossSum of(List<String> outputs, JointLoss loss) {
        return new LossSum(List.of(new Term(1, loss, outputs, TARGET)));
    }

    /** The same and another loss of one output. */
    public LossSum plus(double weight, String output, Loss loss) {
        return plus(new Term(weight, loss, List.of(output), output));
    }

    /** The same and another loss of several outputs, with the target {@value #TARGET}. */
    public LossSum plus(double weight, List<String> outputs, JointLoss loss) {
        return plus(new Term(weight, loss, outputs, TARGET));
    }

    private LossSum plus(Term term) {
        List<Term> more = new ArrayList<>(terms);
        more.add(term);
        return new LossSum(more);
    }

    /** The same where the last loss has another target. */
    public LossSum withTarget(String name) {
        List<Term> others = new ArrayList<>(terms);
        Term last = others.remove(others.size() - 1);
        others.add(new Term(last.weight, last.loss, last.outputs, name));
        return new LossSum(others);
    }

    /** The names of the targets, in order. */
    public List<String> targets() {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        terms.forEach(term -> names.add(term.target));
        return List.copyOf(names);
    }
}
