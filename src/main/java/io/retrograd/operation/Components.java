package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads an operation's record component by component. */
final class Components {
    private Components() {}

    /** The tensors of the record, in the order of its components. */
    static List<Tensor> tensors(Operation operation) {
        List<Tensor> tensors = new ArrayList<>();
        UnaryOperator<Tensor> collect =
                tensor -> {
                    tensors.add(tensor);
                    return tensor;
                };
        try {
            mapped(operation, collect);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(operation.name() + ": its record cannot be read", e);
        }
        return tensors;
    }

    /** The same record with other tensors in the place of its own. */
    static Operation over(Operation operation, UnaryOperator<Tensor> of) {
        Class<?>[] types =
                Arrays.stream(operation.getClass().getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return operation
                    .getClass()
                    .getDeclaredConstructor(types)
                    .newInstance(mapped(operation, of));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(operation.name() + ": its record cannot be made again", e);
        }
    }

    private static @Nullable Object[] mapped(Operation operation, UnaryOperator<Tensor> of)
            throws ReflectiveOperationException {
        RecordComponent[] components = operation.getClass().getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = mapped(components[i].getAccessor().invoke(operation), of);
        }
        return values;
    }

    private static @Nullable Object mapped(@Nullable Object value, UnaryOperator<Tensor> of) {
        if (value instanceof Tensor tensor) {
            return of.apply(tensor);
        }
        if (value instanceof List<?> list && list.stream().allMatch(Tensor.class::isInstance)) {
            return list.stream().map(Tensor.class::cast).map(of).toList();
        }
        return value;
    }
}
