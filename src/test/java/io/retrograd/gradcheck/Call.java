package io.retrograd.gradcheck;

import io.retrograd.backend.Op;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** How an operation was made: its arguments, the tensors among them, and the right result. */
final class Call {
    private final Op right;
    private final Object[] args;
    private final Function<Object[], Op> factory;
    private final List<Tensor> tensors = new ArrayList<>();

    Call(Object[] args, Function<Object[], Op> factory) {
        this.args = args;
        this.factory = factory;
        right = factory.apply(args);
        for (Object arg : args) {
            if (arg instanceof Tensor tensor) {
                tensors.add(tensor);
            } else if (arg instanceof Collection<?> many) {
                many.forEach(one -> tensors.add((Tensor) one));
            }
        }
    }

    Op right() {
        return right;
    }

    Object[] args() {
        return args;
    }

    Op remake(Object[] changed) {
        return factory.apply(changed);
    }

    /** The tensors in the order of the arguments, absent ones left out. */
    List<Tensor> tensors() {
        return tensors;
    }

    int dim(int tensor, int i) {
        return tensors.get(tensor).shape().dim(i);
    }

    double[] value(int tensor) {
        return tensors.get(tensor).toArray();
    }

    double[] gradient(int tensor) {
        return tensors.get(tensor).requireGrad().toArray();
    }

    /** The gradient of the output, the last of the tensors. */
    double[] dy() {
        return gradient(tensors.size() - 1);
    }

    /** The output. */
    double[] y() {
        return value(tensors.size() - 1);
    }

    void setGradient(int tensor, Mutation.Element element) {
        setAll(tensors.get(tensor).requireGrad(), element);
    }

    void setValue(int tensor, Mutation.Element element) {
        setAll(tensors.get(tensor), element);
    }

    private static void setAll(Tensor tensor, Mutation.Element element) {
        double[] values = tensor.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = element.of(i, values[i]);
        }
        tensor.copyFrom(values);
    }
}
