package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads an operation's record component by component. */
final class Components {
    private Components() {}

    /** The same record with other tensors in the place of its own. */
    static Operation over(Operation operation, UnaryOperator<Tensor> of) {
        RecordComponent[] components = operation.getClass().getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                values[i] = over(components[i].getAccessor().invoke(operation), of);
            }
            return constructor(operation.getClass(), components).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(operation.name() + ": its record cannot be made again", e);
        }
    }

    private static @Nullable Object over(@Nullable Object value, UnaryOperator<Tensor> of) {
        if (value instanceof Tensor tensor) {
            return of.apply(tensor);
        }
        if (value instanceof List<?> list && list.stream().allMatch(Tensor.class::isInstance)) {
            return list.stream().map(Tensor.class::cast).map(of).toList();
        }
        return value;
    }

    private static Constructor<? extends Operation> constructor(
            Class<? extends Operation> type, RecordComponent[] components)
            throws NoSuchMethodException {
        return type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    }
}
