package io.retrograd.kernel;

import io.retrograd.tensor.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A function in Java that kernels are held against: a class with static methods {@code forward},
 * which writes y, and {@code backward}, which writes the gradient of each input.
 *
 * <pre>{@code
 * class Ref {
 *     static void forward(double[] x, double[] y) { ... }
 *     static void backward(double[] x, double[] dy, double[] dx) { ... }
 * }
 * }</pre>
 *
 * <p>As with kernels, a parameter's name says what it is given: arrays as {@code double[]}, and
 * {@code n}, sizes and constants as {@code int}, {@code long} or {@code double}.
 */
public final class JavaReference {
    private static final String FORWARD = "forward";
    private static final String BACKWARD = "backward";
    private static final String GRADIENT = "d";
    private static final String OUTPUT = "y";

    private final String file;
    private final Method forward;
    private final Method backward;
    private final Map<String, Double> numbers = new HashMap<>();
    private List<String> inputs = List.of();

    private JavaReference(String file, Method forward, Method backward) {
        this.file = file;
        this.forward = forward;
        this.backward = backward;
    }

    /**
     * Compiles a source.
     *
     * @param file its name, {@code Ref.java}
     * @throws IllegalArgumentException if it does not compile, or lacks one of the methods
     */
    public static JavaReference compile(String file, String source) {
        List<Class<?>> classes = JavaSource.compile(file, source);
        return new JavaReference(
                file, method(file, classes, FORWARD), method(file, classes, BACKWARD));
    }

    private static Method method(String file, List<Class<?>> classes, String name) {
        List<Method> found =
                classes.stream()
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> method.getName().equals(name))
                        .filter(method -> Modifier.isStatic(method.getModifiers()))
                        .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected one method `static void %s(double[] ..., ...)`, got %d",
                            file, name, found.size()));
        }
        found.get(0).setAccessible(true);
        return found.get(0);
    }

    /** Checks the methods' parameters against what there is. */
    void fit(KernelInputs given, Shape output) {
        inputs = given.arrays().stream().map(KernelInputs.Array::name).toList();
        given.arrays().forEach(each -> sizes(each.name(), each.shape()));
        sizes(OUTPUT, output);
        numbers.putAll(given.constants());
        numbers.put("n", (double) output.size());
        List<String> values = Stream.concat(inputs.stream(), Stream.of(OUTPUT)).toList();
        List<String> all =
                Stream.concat(values.stream(), values.stream().map(name -> GRADIENT + name))
                        .toList();
        fit(forward, values);
        fit(backward, all);
    }

    private void sizes(String name, Shape shape) {
        numbers.put(name + "_size", (double) shape.size());
        for (int i = 0; i < shape.rank(); i++) {
            numbers.put(name + "_dim" + i, (double) shape.dim(i));
        }
    }

    private void fit(Method method, List<String> arrays) {
        for (Parameter parameter : method.getParameters()) {
            boolean array = parameter.getType() == double[].class;
            boolean number =
                    List.of(int.class, long.class, double.class).contains(parameter.getType());
            boolean known =
                    array
                            ? arrays.contains(parameter.getName())
                            : number && numbers.containsKey(parameter.getName());
            if (!known) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s, %s: expected an array of %s or a number of %s, got `%s`",
                                file,
                                method.getName(),
                                arrays,
                                numbers.keySet().stream().sorted().toList(),
                                parameter));
            }
        }
    }

    void forward(double[] x, double[][] parameters, double[] y) {
        Map<String, double[]> arrays = values(x, parameters, y);
        call(forward, arrays);
    }

    void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        Map<String, double[]> arrays = values(x, parameters, y);
        arrays.put(GRADIENT + OUTPUT, dy);
        arrays.put(GRADIENT + inputs.get(0), dx);
        for (int i = 0; i < dparameters.length; i++) {
            arrays.put(GRADIENT + inputs.get(i + 1), dparameters[i]);
        }
        call(backward, arrays);
    }

    private Map<String, double[]> values(double[] x, double[][] parameters, double[] y) {
        Map<String, double[]> arrays = new HashMap<>();
        arrays.put(inputs.get(0), x);
        for (int i = 0; i < parameters.length; i++) {
            arrays.put(inputs.get(i + 1), parameters[i]);
        }
        arrays.put(OUTPUT, y);
        return arrays;
    }

    private void call(Method method, Map<String, double[]> arrays) {
        Object[] arguments =
                Arrays.stream(method.getParameters())
                        .map(parameter -> argument(parameter, arrays))
                        .toArray();
        try {
            method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(file + ": " + e.getCause(), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    private Object argument(Parameter parameter, Map<String, double[]> arrays) {
        double[] array = arrays.get(parameter.getName());
        if (parameter.getType() == double[].class && array != null) {
            return array;
        }
        double number = numbers.getOrDefault(parameter.getName(), 0.0);
        Class<?> type = parameter.getType();
        return type == int.class
                ? (Object) (int) number
                : type == long.class ? (Object) (long) number : (Object) number;
    }
}
