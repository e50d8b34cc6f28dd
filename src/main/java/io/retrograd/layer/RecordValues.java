package io.retrograd.layer;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes records apart, and makes them. */
final class RecordValues {
    private RecordValues() {}

    /** The components of a record, by name. */
    static Map<String, Object> components(Object instance) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : instance.getClass().getRecordComponents()) {
            try {
                values.put(component.getName(), component.getAccessor().invoke(instance));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return values;
    }

    /**
     * The record of these components.
     *
     * @param where begins the message
     * @throws IllegalArgumentException if it refuses them
     */
    static <T> T make(String where, Class<T> type, Object[] values) {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    where + ": " + e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
