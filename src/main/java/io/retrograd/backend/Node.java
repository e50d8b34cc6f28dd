package io.retrograd.backend;

import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An operation that runs.
 *
 * @param path the layer that recorded it, as in {@code 3.body.1}; empty for the whole model
 * @param operations the operation, or in order the several that a backend joined
 * @param reads inputs and parameters
 * @param writes outputs
 */
public record Node(
        String path, List<Operation> operations, Op op, List<Tensor> reads, List<Tensor> writes) {
    public Node {
        operations = List.copyOf(operations);
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
    }

    /** One as it was recorded. */
    public Node(String path, Operation operation, Op op) {
        this(path, List.of(operation), op, operation.reads(), operation.writes());
    }

    /** The tensors that it reads, then those that it writes. */
    public List<Tensor> tensors() {
        return Operation.join(reads, writes);
    }

    /** The operation, or the first of several. */
    public Operation operation() {
        return operations.get(0);
    }

    /** As in {@code Conv2d+Relu}. */
    public String name() {
        return operations.stream().map(Operation::name).collect(Collectors.joining("+"));
    }

    /** Multiplications of matrix products in forward. */
    public long multiplyAdds() {
        return operations.stream().mapToLong(Operation::multiplyAdds).sum();
    }

    /** This and one that reads what it writes, both done by this one's {@link Op}. */
    public Node joined(Node next) {
        List<Tensor> all = new ArrayList<>(reads);
        next.reads.stream().filter(tensor -> !writes.contains(tensor)).forEach(all::add);
        List<Operation> both = new ArrayList<>(operations);
        both.addAll(next.operations);
        return new Node(path, both, op, all, next.writes);
    }
}
