package io.retrograd.gradcheck;

import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The making of an operation: its components, the tensors among them, and the right result. */
final class Call {
    private final Op right;
    private final Object[] made;
    private final Object[] args;
    private final Function<Object[], Op> factory;
    private final List<Tensor> tensors = new ArrayList<>();

    /**
     * A call of a factory method.
     *
     * @param made its arguments, of which the first is the operation's record
     */
    Call(Object[] made, Function<Object[], Op> factory) {
        this.made = made.clone();
        this.factory = factory;
        args =
                Arrays.stream(made[0].getClass().getRecordComponents())
                        .map(component -> component(component, made[0]))
                        .toArray();
        right = factory.apply(made);
        for (Object arg : args) {
            if (arg instanceof Tensor tensor) {
                tensors.add(tensor);
            } else if (arg instanceof Collection<?> many) {
                many.stream()
                        .filter(Tensor.class::isInstance)
                        .forEach(one -> tensors.add((Tensor) one));
            }
        }
    }

    Op right() {
        return right;
    }

    Object[] args() {
        return args;
    }

    /** The operation over other components. */
    Op remake(Object[] changed) {
        Class<?>[] types =
                Arrays.stream(made[0].getClass().getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        Object[] other = made.clone();
        try {
            other[0] = made[0].getClass().getDeclaredConstructor(types).newInstance(changed);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
        return factory.apply(other);
    }

    private static Object component(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
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
