package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Softmax;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax and its logarithm against their definitions, along every dimension. */
class ReferenceSoftmaxTest {
    private static final Shape SHAPE = Shape.of(2, 3, 4);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, -1, -3})
    void softmaxIsAsDefined(int dim) {
        Definition.check(
                new Softmax(dim),
                SHAPE,
                /* training= */ true,
                (in, i) -> in[0][i].exp().over(sumOfExponentials(dim, in[0], i)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, -1, -3})
    void logSoftmaxIsAsDefined(int dim) {
        Definition.check(
                new LogSoftmax(dim),
                SHAPE,
                /* training= */ true,
                (in, i) -> in[0][i].minus(sumOfExponentials(dim, in[0], i).log()));
    }

    @Test
    void largeInputsDoNotOverflow() {
        try (Bound softmax = new Bound(new Softmax(1), Shape.of(2, 3));
                Bound logSoftmax = new Bound(new LogSoftmax(1), Shape.of(2, 3))) {
            double[] x = {1e300, 0, -1e300, -1e4, -1e4, -1e4};
            double third = 1.0 / 3;
            assertArrayEquals(new double[] {1, 0, 0, third, third, third}, softmax.forward(x));
            assertArrayEquals(new double[6], softmax.backward(1, 1, 1, 2, 2, 2), 1e-15);
            double log = -Math.log(3);
            assertArrayEquals(
                    new double[] {0, -1e300, -2e300, log, log, log}, logSoftmax.forward(x), 1e-15);
            assertArrayEquals(
                    new double[] {-2, 1, 1, 0, 0, 0}, logSoftmax.backward(1, 1, 1, 2, 2, 2), 1e-15);
        }
    }

    /** Over all elements whose indices are those of {@code i} but for {@code dim}. */
    private static Dual sumOfExponentials(int dim, Dual[] x, int i) {
        int d = dim < 0 ? dim + SHAPE.rank() : dim;
        List<Dual> terms = new ArrayList<>();
        for (int j = 0; j < x.length; j++) {
            boolean same = true;
            for (int axis = 0; axis < SHAPE.rank(); axis++) {
                same &= axis == d || index(axis, i) == index(axis, j);
            }
            if (same) {
                terms.add(x[j].exp());
            }
        }
        return Dual.sum(terms);
    }

    private static int index(int axis, int i) {
        return (int) (i / SHAPE.tail(axis + 1).size() % SHAPE.dim(axis));
    }
}
