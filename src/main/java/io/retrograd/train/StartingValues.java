package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Sets parameters and running statistics of a model before it is trained or asked, without choosing
 * how they lie in memory: that is left to the first who binds it.
 */
public final class StartingValues {
    private StartingValues() {}

    /** The shapes of all parameters and running statistics, by name. */
    public static Map<String, Shape> shapes(Model model) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        model.declared().named().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /**
     * Sets some. None is changed unless all can be.
     *
     * @param values of each element by its row-major index, always the same; kept until the model
     *     is used
     * @throws IllegalArgumentException for an unknown name, NaN, infinities, and values that the
     *     model's precision has no number for
     */
    public static void set(Model model, Map<String, IntToDoubleFunction> values) {
        model.enterDevice();
        try {
            Parameters parameters = model.declared();
            values.forEach((name, function) -> check(parameters.get(name), function));
            values.forEach(parameters::set);
        } finally {
            model.exitDevice();
        }
    }

    private static void check(Tensor tensor, IntToDoubleFunction values) {
        int count = Math.toIntExact(tensor.shape().size());
        for (int i = 0; i < count; i++) {
            tensor.checkFinite(values.applyAsDouble(i), i);
        }
    }
}
