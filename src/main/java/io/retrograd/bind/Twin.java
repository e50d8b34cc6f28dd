package io.retrograd.bind;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An operation of a binding made once more, on another backend over tensors of its own: what it
 * computes there can be held against what it computed.
 *
 * <p>Give the twins of what the operation reads their values, run {@link #forward}; give the
 * gradients of the twins of what it writes theirs, run {@link #backward}.
 */
public final class Twin implements AutoCloseable {
    private final Map<Tensor, Tensor> tensors = new LinkedHashMap<>();
    private final List<Tensor> between = new ArrayList<>();
    private final Node node;
    private final Parameters parameters;
    private final Binding binding;

    /**
     * A twin of an operation, or of several that its backend joined.
     *
     * @param seed the model's: dropout draws the same numbers
     */
    public Twin(Node node, Backend backend, long seed) {
        parameters = new Parameters(backend, seed);
        this.node = node;
        Recording again = new Recording(parameters, BindOptions.inspect(/* training= */ true));
        node.tensors().forEach(tensor -> standIn(tensor, again));
        for (Operation operation : node.operations()) {
            again.record(operation.over(tensor -> standIn(tensor, again)));
        }
        binding = backend.lock().during(new MemoryPlanner(again)::binding);
    }

    /** Sets the number of the step, which dropout reads. */
    public void setStep(long step) {
        parameters.setControl(/* learningRate= */ 0, step);
    }

    /** The stand-in for a tensor of the operation, or for its gradient. */
    public Tensor of(Tensor recorded) {
        return Objects.requireNonNull(tensors.get(recorded), "Twin: a tensor of its operation");
    }

    /** The stand-ins for all tensors and gradients of the operation. */
    public Collection<Tensor> tensors() {
        return tensors.values();
    }

    /**
     * Gives what the operation writes these values, and what lies between joined ones the values of
     * the first: backward then starts from where another's forward arrived, on the same side of a
     * ReLU's kink.
     */
    public void arriveAt(Map<Tensor, double[]> outputs) {
        outputs.forEach((tensor, values) -> of(tensor).copyFrom(values));
        Tensor first = of(node.writes().get(0));
        between.forEach(tensor -> tensor.copyFrom(first.toArray()));
    }

    /** Computes the operation's outputs from its inputs. */
    public void forward() {
        binding.forward();
    }

    /** Computes the gradients of the inputs from those of the outputs. */
    public void backward() {
        binding.backward();
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
    }

    private Tensor standIn(Tensor recorded, Recording again) {
        Tensor known = tensors.get(recorded);
        if (known != null) {
            return known;
        }
        Tensor twin = again.twin(recorded);
        tensors.put(recorded, twin);
        if (recorded.grad() != null) {
            tensors.put(recorded.requireGrad(), twin.requireGrad());
        }
        if (!node.reads().contains(recorded) && !node.writes().contains(recorded)) {
            between.add(twin);
        }
        return twin;
    }
}
