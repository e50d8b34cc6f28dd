package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.JointLoss;
import io.retrograd.operation.KinkLedger;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bound layer or loss that is being checked: a function of x and the parameters, with gradients.
 *
 * @param tokenIds the tokens that x holds; null for numbers
 * @param output the layer's
 * @param y the output, or the loss of it
 * @param tolerance relative error that its user accepts beside rounding
 */
record Subject(
        Parameters parameters,
        Binding binding,
        Tensor x,
        @Nullable TokenIds tokenIds,
        Tensor output,
        @Nullable JointLoss loss,
        @Nullable Tensor target,
        Tensor y,
        double tolerance)
        implements AutoCloseable {
    /** λ of the probabilistic bound: it fails with probability 2·exp(−λ²/2) an operation. */
    private static final double ROUNDING_CONFIDENCE = 8;

    /** Binds a layer, and behind it a loss if there is one. The parameters stay the caller's. */
    static Subject bind(
            Layer layer,
            @Nullable JointLoss loss,
            Shape inputShape,
            Parameters parameters,
            BindOptions options) {
        Binder binder = new Binder(parameters, options);
        Tensor x = layer.input(binder, inputShape);
        Tensor output = layer.bind(binder, x);
        Tensor target = null;
        Tensor y = output;
        if (loss != null) {
            target = loss.target(binder, List.of(output.shape()));
            y = loss.bind(binder, List.of(output), target);
        }
        binder.keep(y);
        return new Subject(
                parameters,
                binder.commit(),
                x,
                layer.tokenIds(),
                output,
                loss,
                target,
                y,
                /* tolerance= */ 0);
    }

    /** The same, whose gradients and outputs may be off by this, relative to their scale. */
    Subject tolerance(double relative) {
        return new Subject(parameters, binding, x, tokenIds, output, loss, target, y, relative);
    }

    boolean hasLoss() {
        return loss != null;
    }

    /** Number of classes among which a loss on labels chooses. */
    int classes() {
        return output.shape().dim(1);
    }

    /** The tensors with a gradient to check: x unless it is indices, then the parameters. */
    List<Tensor> variables() {
        List<Tensor> variables = new ArrayList<>();
        if (x.grad() != null) {
            variables.add(x);
        }
        variables.addAll(parameters.tensors());
        return variables;
    }

    /** Every gradient: of variables, of what operations read and of what they write. */
    Set<Tensor> gradients() {
        Set<Tensor> gradients = Collections.newSetFromMap(new IdentityHashMap<>());
        Stream<Tensor> all = binding.nodes().stream().flatMap(node -> node.tensors().stream());
        Stream.concat(variables().stream(), all)
                .filter(tensor -> tensor.grad() != null)
                .forEach(tensor -> gradients.add(tensor.requireGrad()));
        return gradients;
    }

    /** The number of operations that are smooth in pieces only. */
    long operationsWithKinks() {
        return binding.nodes().stream()
                .filter(
                        node -> {
                            KinkLedger ledger = new KinkLedger();
                            node.op().kinks(ledger);
                            return ledger.fingerprint() != new KinkLedger().fingerprint();
                        })
                .count();
    }

    /** Sets everything but dy. */
    void set(Values values) {
        x.copyFrom(values.x());
        if (target != null) {
            target.copyFrom(values.target());
        }
        values.parameters().forEach((name, w) -> parameters.get(name).copyFrom(w));
        setStates(values);
        parameters.setControl(0, 1);
    }

    void setStates(Values values) {
        values.states().forEach((name, state) -> parameters.get(name).copyFrom(state));
    }

    /** Runs forward from the given running statistics. */
    double[] forward(Values values) {
        setStates(values);
        binding.forward();
        return y.toArray();
    }

    /**
     * Runs forward again after one variable was moved: the operation that reads it and all behind
     * that. Those before it must have run with all other values as they are.
     */
    double[] forwardFrom(Tensor moved, Values values) {
        setStates(values);
        List<Node> nodes = binding.nodes();
        int first = 0;
        while (first < nodes.size() && !nodes.get(first).reads().contains(moved)) {
            first++;
        }
        for (int i = first; i < nodes.size(); i++) {
            nodes.get(i).op().forward();
        }
        return y.toArray();
    }

    /** Runs backward from the given gradient of y. */
    void backward(Values values) {
        y.requireGrad().copyFrom(values.dy());
        binding.backward();
    }

    /**
     * The terms of the longest sums of all operations: as many as the largest tensor of each has.
     */
    double terms() {
        double terms = 1;
        for (Node node : binding.nodes()) {
            terms +=
                    node.tensors().stream()
                            .mapToLong(tensor -> tensor.shape().size())
                            .max()
                            .orElse(1);
        }
        return terms;
    }

    /**
     * Relative rounding error that sums may have, and the tolerance: of as many terms as the
     * largest tensor has which each operation meets. The errors of n roundings grow as √n with
     * probability close to 1.
     *
     * <p>Source: N. J. Higham, T. Mary, A new approach to probabilistic rounding error analysis,
     * SIAM J. Sci. Comput. 41, 2019.
     */
    double sumRounding() {
        double epsilon = parameters.backend().parameterDType().epsilon();
        return tolerance + ROUNDING_CONFIDENCE * epsilon * Math.sqrt(terms());
    }

    /**
     * The same, and where sums are added up in more than what operations take and give, one
     * rounding of the latter for each operation.
     */
    double rounding() {
        Backend backend = parameters.backend();
        double stored = backend.roundsResults() ? backend.epsilon() : 0;
        double operations = binding.nodes().size();
        return sumRounding() + ROUNDING_CONFIDENCE * stored * Math.sqrt(operations);
    }

    @Override
    public void close() {
        binding.close();
    }
}
