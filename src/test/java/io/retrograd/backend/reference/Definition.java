package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A layer's function, one output element at a time, written from the textbook on numbers that carry
 * their derivative.
 *
 * <p>{@link #check} compares a layer's values and all its gradients with it: dx[k] is Σᵢ
 * dy[i]·∂y[i]/∂x[k], each derivative found by evaluating the definition anew.
 */
@FunctionalInterface
interface Definition {
    /**
     * Relative to the largest expected number, or to 1, the size of the inputs; the worst is
     * 5.2e-16.
     */
    double TOLERANCE = 2e-15;

    /**
     * Element {@code i} of y.
     *
     * @param in x, then the parameters in the order in which the layer asks for them
     */
    Dual y(Dual[][] in, int i);

    static void check(Layer layer, Shape input, boolean training, Definition definition) {
        String where = layer + " on " + input;
        Random random = new Random(11);
        try (Bound bound =
                new Bound(layer, input, BindOptions.inspect(training), /* threads= */ 2)) {
            List<double[]> in = new ArrayList<>();
            in.add(normal(random, input));
            for (Tensor parameter : bound.parameters().tensors()) {
                double[] values = normal(random, parameter.shape());
                parameter.copyFrom(values);
                in.add(values);
            }
            double[] dy = normal(random, bound.y().shape());
            double[] y = bound.forward(in.get(0));
            List<double[]> gradients = new ArrayList<>();
            gradients.add(bound.backward(dy));
            bound.parameters().tensors().forEach(p -> gradients.add(p.requireGrad().toArray()));
            for (int k = 0; k < in.size(); k++) {
                double[] expected = new double[in.get(k).length];
                for (int j = 0; j < expected.length; j++) {
                    Dual[] all = evaluate(definition, in, k, j, dy.length);
                    assertClose(where, values(all), y);
                    for (int i = 0; i < dy.length; i++) {
                        expected[j] += dy[i] * all[i].derivative();
                    }
                }
                assertClose(where + ", gradient " + k, expected, gradients.get(k));
            }
        }
    }

    /** y, with derivatives with respect to element {@code j} of input {@code k}. */
    private static Dual[] evaluate(
            Definition definition, List<double[]> in, int k, int j, int outputs) {
        Dual[][] duals = new Dual[in.size()][];
        for (int m = 0; m < duals.length; m++) {
            duals[m] = Arrays.stream(in.get(m)).mapToObj(Dual::constant).toArray(Dual[]::new);
        }
        duals[k][j] = new Dual(in.get(k)[j], 1);
        Dual[] y = new Dual[outputs];
        Arrays.setAll(y, i -> definition.y(duals, i));
        return y;
    }

    private static double[] values(Dual[] duals) {
        return Arrays.stream(duals).mapToDouble(Dual::value).toArray();
    }

    private static double[] normal(Random random, Shape shape) {
        return random.doubles(shape.size(), 0, 1).map(u -> random.nextGaussian()).toArray();
    }

    private static void assertClose(String where, double[] expected, double[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
        assertEquals(expected.length, actual.length, where);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * largest, where + ", element " + i);
        }
    }
}
