package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Binder;
import io.retrograd.backend.Binding;
import io.retrograd.backend.Memory;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plants what the harness is there to find. */
class OneDnnHarnessTest {
    private static final int SIZE = 5;
    private static final int GUARD = Memory.ALIGNMENT;

    private final Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ true);
    private final OneDnnMemory memory = new OneDnnMemory(engine, GUARD);
    private final OneDnnMemory.Block block = new OneDnnMemory.Block(1 << 12);
    private final OneDnnTensor x = tensor("x", 0);
    private final OneDnnTensor y = tensor("y", 1);

    private OneDnnTensor tensor(String name, int number) {
        Tensor gradient = memory.tensor(name + ".grad", Shape.of(SIZE), DType.FLOAT32, null);
        Tensor tensor = memory.tensor(name, Shape.of(SIZE), DType.FLOAT32, gradient);
        memory.place(tensor, block, 2L * number * memory.footprint(tensor));
        memory.place(gradient, block, (2L * number + 1) * memory.footprint(tensor));
        tensor.copyFrom(1, 2, 3, 4, 5);
        gradient.copyFrom(1, 2, 3, 4, 5);
        return (OneDnnTensor) tensor;
    }

    @AfterEach
    void close() {
        block.close();
        engine.close();
    }

    /** y = x, dx = dy·x; either may do something wrong beside. */
    private final class Product extends OneDnnOp {
        private final boolean declares;
        private final int written;
        private final Runnable more;

        Product(int written, boolean declares, Runnable more) {
            super(engine, "product");
            this.declares = declares;
            this.written = written;
            this.more = more;
        }

        @Override
        void prepare(Planner planner) {
            throw new UnsupportedOperationException();
        }

        List<Binding.Node> nodes() {
            BiConsumer<OneDnnTensor, OneDnnTensor> copy =
                    (from, to) -> {
                        for (int i = 0; i < written; i++) {
                            to.set(i, from.get(i) * (from.equals(x) ? 1 : x.get(i)));
                        }
                        more.run();
                    };
            forwardPass().add("f", () -> copy.accept(x, y));
            Runnable backward = () -> copy.accept(y.requireGradient(), x.requireGradient());
            if (declares) {
                backwardPass().add("b", backward, x);
            } else {
                backwardPass().add("b", backward);
            }
            return List.of(new Binding.Node("here", "product", this, List.of(x), List.of(y)));
        }
    }

    @Test
    void rightPassesPass() {
        List<Binding.Node> nodes = new Product(SIZE, /* declares= */ true, () -> {}).nodes();
        WatchedPass.forward(nodes, GUARD);
        assertArrayEquals(new double[] {1, 2, 3, 4, 5}, y.toArray());
        WatchedPass.backward(nodes, GUARD);
        assertArrayEquals(new double[] {1, 4, 9, 16, 25}, x.requireGradient().toArray());
    }

    @Test
    void seesWhatIsWrittenBehindATensor() {
        OneDnnTensor longer = y.window(0, SIZE + 1);
        Runnable beyond = () -> longer.set(SIZE, 7);
        List<Binding.Node> nodes = new Product(SIZE, /* declares= */ true, beyond).nodes();
        AssertionError error =
                assertThrows(AssertionError.class, () -> WatchedPass.forward(nodes, GUARD));
        assertEquals("here product forward: wrote byte 0 behind y", error.getMessage());
    }

    @Test
    void leavesNanWhereNothingIsWritten() {
        List<Binding.Node> nodes = new Product(SIZE - 1, /* declares= */ true, () -> {}).nodes();
        WatchedPass.forward(nodes, GUARD);
        WatchedPass.backward(nodes, GUARD);
        assertEquals(Double.NaN, y.toArray()[SIZE - 1]);
        assertEquals(Double.NaN, x.requireGradient().toArray()[SIZE - 1]);
    }

    @Test
    void hidesWhatBackwardDoesNotDeclareToRead() {
        List<Binding.Node> nodes = new Product(SIZE, /* declares= */ false, () -> {}).nodes();
        WatchedPass.backward(nodes, GUARD);
        assertEquals(Double.NaN, x.requireGradient().toArray()[0]);
        assertArrayEquals(new double[] {1, 2, 3, 4, 5}, x.toArray());
    }

    /** A slope that is larger each time it is bound. */
    private static final class Drifting implements Layer {
        private double slope = 0.5;

        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            slope *= 1 + 1e-4;
            return new LeakyRelu(slope).bind(binder, x);
        }
    }

    @Test
    void seesDifferences() {
        Layer network = new Sequential(new Conv2d(3, 2), new Drifting());
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () -> OneDnnHarness.of(network, Shape.of(2, 3, 5, 5)).check());
        assertTrue(String.valueOf(error.getMessage()).contains("output of"), error.getMessage());
    }
}
