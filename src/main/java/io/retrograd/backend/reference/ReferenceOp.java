package io.retrograd.backend.reference;

import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation of this backend. */
abstract class ReferenceOp implements Op {
    private final List<Tensor> backwardReads;

    /**
     * An operation.
     *
     * @param backwardReads the tensors whose values backward reads
     */
    ReferenceOp(@Nullable Tensor... backwardReads) {
        this(Operation.present(backwardReads));
    }

    ReferenceOp(List<Tensor> backwardReads) {
        this.backwardReads = backwardReads;
    }

    @Override
    public final boolean backwardReads(Tensor tensor) {
        return backwardReads.contains(tensor);
    }

    /** The tensor as this backend's. */
    static ReferenceTensor own(Tensor tensor) {
        if (tensor instanceof ReferenceTensor own) {
            return own;
        }
        throw new IllegalArgumentException(
                tensor + ": expected a tensor of the reference backend, got one of another");
    }

    /** The tensor as this backend's, or null. */
    static @Nullable ReferenceTensor ownOrNull(@Nullable Tensor tensor) {
        return tensor == null ? null : own(tensor);
    }

    static List<ReferenceTensor> own(List<Tensor> tensors) {
        return tensors.stream().map(ReferenceOp::own).toList();
    }

    /** Tensors in an array, which a loop walks through without allocating an iterator. */
    static ReferenceTensor[] array(Collection<Tensor> tensors) {
        return tensors.stream().map(ReferenceOp::own).toArray(ReferenceTensor[]::new);
    }

    /** Sets an element of a gradient that may be absent. */
    static void set(@Nullable ReferenceTensor gradient, int i, double value) {
        if (gradient != null) {
            gradient.set(i, value);
        }
    }

    /** The gradient of a tensor that must have one. */
    static ReferenceTensor gradient(ReferenceTensor tensor) {
        return (ReferenceTensor) tensor.requireGrad();
    }

    /** Product of the sizes from dimension {@code from} up to, not including, {@code to}. */
    static int product(ReferenceTensor tensor, int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) {
            product *= tensor.dim(i);
        }
        return product;
    }

    /**
     * {@code 1/√x}, and NaN of infinity: what is normalised by a variance that overflows must not
     * become 0.
     */
    static double inverseRoot(double x) {
        return Double.isInfinite(x) ? Double.NaN : 1 / Math.sqrt(x);
    }
}
