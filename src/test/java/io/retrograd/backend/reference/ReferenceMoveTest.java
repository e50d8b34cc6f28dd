package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.layer.Concat;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operations that move or add elements: exact, and compared index by index. */
class ReferenceMoveTest {
    private static final DeviceLock LOCK = new DeviceLock("test");

    @Test
    void transposeSwapsEveryPairOfDimensions() {
        Shape shape = Shape.of(2, 3, 1, 4);
        double[] numbers = numbers(24, 0);
        for (int a = 0; a < 4; a++) {
            for (int b = -4; b < 4; b++) {
                try (Bound bound = new Bound(new Transpose(a, b), shape)) {
                    Shape swapped = bound.y().shape();
                    double[] y = bound.forward(numbers);
                    for (int i = 0; i < y.length; i++) {
                        int[] index = index(swapped, i);
                        int other = b < 0 ? b + 4 : b;
                        int at = index[a];
                        index[a] = index[other];
                        index[other] = at;
                        assertEquals(numbers[flat(shape, index)], y[i]);
                    }
                    assertArrayEquals(numbers, bound.backward(y));
                }
            }
        }
    }

    @Test
    void concatJoinsAlongEveryDimension() {
        Shape shape = Shape.of(2, 3, 2);
        for (int dim = 0; dim < 3; dim++) {
            ReferenceTensor a = tensor(shape.with(dim, 1), 100);
            ReferenceTensor b = tensor(shape, 200);
            ReferenceTensor c = tensor(shape.with(dim, 4), 300);
            ReferenceTensor y = tensor(shape.with(dim, 5 + shape.dim(dim)), 400);
            ReferenceConcat concat =
                    new ReferenceConcat(new Arrangements.Concat(dim, List.of(a, b, c), y));
            concat.forward();
            concat.backward();
            int start = 0;
            for (ReferenceTensor x : List.of(a, b, c)) {
                for (int i = 0; i < x.size(); i++) {
                    int[] index = index(x.shape(), i);
                    index[dim] += start;
                    int joined = flat(y.shape(), index);
                    assertEquals(x.get(i), y.get(joined));
                    assertEquals(
                            ReferenceOp.gradient(y).get(joined), ReferenceOp.gradient(x).get(i));
                }
                start += x.dim(dim);
            }
        }
    }

    @Test
    void addSumsAndPassesItsGradientOn() {
        Shape shape = Shape.of(13);
        List<ReferenceTensor> xs = List.of(tensor(shape, 1), tensor(shape, 2), tensor(shape, 3));
        ReferenceTensor y = tensor(shape, Double.NaN);
        ReferenceOp.gradient(y).copyFrom(numbers(13, 7));
        ReferenceAdd add = new ReferenceAdd(new Arrangements.Add(List.copyOf(xs), y));
        add.forward();
        add.backward();
        for (int i = 0; i < 13; i++) {
            assertEquals(6 + 3 * i, y.get(i));
            for (ReferenceTensor x : xs) {
                assertEquals(7 + i, ReferenceOp.gradient(x).get(i));
            }
        }
    }

    @Test
    void inputsWithoutGradientAreSkipped() {
        ReferenceTensor x = without(Shape.of(2));
        ReferenceTensor y = tensor(Shape.of(4), 1);
        List<Tensor> xs = List.of(x, tensor(Shape.of(2), 5));
        ReferenceConcat concat = new ReferenceConcat(new Arrangements.Concat(0, xs, y));
        concat.forward();
        concat.backward();
        new ReferenceAdd(new Arrangements.Add(List.of(x), tensor(Shape.of(2), 1))).backward();
    }

    @Test
    void compositesForkJoinAndAdd() {
        try (Bound residual = new Bound(new Residual(new Sequential()), Shape.of(1, 3));
                Bound concat =
                        new Bound(new Concat(new Sequential(), new Sequential()), Shape.of(2, 2))) {
            assertArrayEquals(new double[] {2, 4, 6}, residual.forward(1, 2, 3));
            assertArrayEquals(new double[] {2, 4, 6}, residual.backward(1, 2, 3));
            assertArrayEquals(new double[] {1, 2, 1, 2, 3, 4, 3, 4}, concat.forward(1, 2, 3, 4));
            assertArrayEquals(
                    new double[] {101, 202, 303, 404},
                    concat.backward(1, 2, 100, 200, 3, 4, 300, 400));
        }
    }

    /** Holds first, first + 1, …; its gradient the same, negated. */
    private static ReferenceTensor tensor(Shape shape, double first) {
        int size = (int) shape.size();
        ReferenceTensor grad = without(shape);
        ReferenceTensor tensor = new ReferenceTensor(LOCK, "t", shape, DType.FLOAT64, grad);
        tensor.place(new ReferenceMemory.Block(size), 0);
        tensor.copyFrom(numbers(size, first));
        grad.copyFrom(numbers(size, -first));
        return tensor;
    }

    private static ReferenceTensor without(Shape shape) {
        ReferenceTensor tensor = new ReferenceTensor(LOCK, "t", shape, DType.FLOAT64, null);
        tensor.place(new ReferenceMemory.Block((int) shape.size()), 0);
        return tensor;
    }

    private static double[] numbers(int count, double first) {
        double[] numbers = new double[count];
        Arrays.setAll(numbers, i -> first + i);
        return numbers;
    }

    private static int[] index(Shape shape, int flat) {
        int[] index = new int[shape.rank()];
        int rest = flat;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            index[d] = rest % shape.dim(d);
            rest /= shape.dim(d);
        }
        return index;
    }

    private static int flat(Shape shape, int[] index) {
        int flat = 0;
        for (int d = 0; d < shape.rank(); d++) {
            flat = flat * shape.dim(d) + index[d];
        }
        return flat;
    }
}
