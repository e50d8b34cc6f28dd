package io.retrograd.onnx;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A part of the network in the making: an input, or a layer or join with what it reads and its
 * parameters' values. Parts that nothing reads are left out in the end.
 *
 * @param function a layer or a join; null for an input
 * @param names what it may be called, the best first
 * @param where the node that it was made for, for messages
 */
record Part(
        @Nullable Object function,
        List<Flow> from,
        List<Parameter> parameters,
        List<String> names,
        String where) {
    Part {
        from = List.copyOf(from);
        parameters = List.copyOf(parameters);
        names = List.copyOf(names);
    }

    /**
     * The values of a layer's parameter or running statistic.
     *
     * @param name as the layer calls it
     * @param values by row-major index
     * @param source the tensor of the file that they are, for names; null if of no one
     * @param key the same for the same numbers in the same order and shape; null if of no one
     */
    record Parameter(
            String name,
            IntToDoubleFunction values,
            @Nullable String source,
            @Nullable String key) {
        static Parameter of(String name, Constant constant) {
            String source = constant.source();
            String key = source == null ? null : source + " as " + constant.dims();
            return new Parameter(name, constant::real, source, key);
        }

        static Parameter of(String name, double value) {
            return new Parameter(name, i -> value, /* source= */ null, /* key= */ null);
        }
    }

    /** Whether two parts are one, of different inputs: the same layer with the same tensors. */
    boolean shares(Part other) {
        if (parameters.isEmpty()
                || function == null
                || !function.equals(other.function)
                || parameters.size() != other.parameters.size()) {
            return false;
        }
        for (int i = 0; i < parameters.size(); i++) {
            String key = parameters.get(i).key;
            if (key == null || !key.equals(other.parameters.get(i).key)) {
                return false;
            }
        }
        return true;
    }

    // By identity: two parts of the same content are two.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
