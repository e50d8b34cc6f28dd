package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Node;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Op;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plants what the comparison is there to find. */
class ComparisonTest {
    private static final int SIZE = 5;

    static List<Device> devices() {
        return Device.all();
    }

    /** The written element beside a tensor's. */
    private enum Beyond {
        NONE,
        BEFORE,
        BEHIND
    }

    /** y = x, dx = dy·x; either may do something wrong beside. */
    private static final class Product implements Op, AutoCloseable {
        private final Backend backend;
        private final WatchedMemory memory;
        private final Memory.Arena arena;
        private final Tensor x;
        private final Tensor y;
        private final int written;
        private final boolean declares;
        private final Beyond beyond;

        Product(Device device, int written, boolean declares, Beyond beyond) {
            this.written = written;
            this.declares = declares;
            this.beyond = beyond;
            backend = device.open();
            memory = new WatchedBackend(backend).watched();
            arena = memory.allocate(1 << 14);
            x = tensor("x", 0);
            y = tensor("y", 1);
        }

        private Tensor tensor(String name, int number) {
            Shape shape = Shape.of(SIZE);
            Tensor gradient = memory.tensor(name + ".grad", shape, DType.FLOAT32, /* grad= */ null);
            Tensor tensor = memory.tensor(name, shape, DType.FLOAT32, gradient);
            memory.place(tensor, arena, 2L * number * memory.footprint(tensor));
            memory.place(gradient, arena, (2L * number + 1) * memory.footprint(tensor));
            tensor.copyFrom(1, 2, 3, 4, 5);
            gradient.copyFrom(1, 2, 3, 4, 5);
            return tensor;
        }

        /** Elements of a tensor's memory and what is beside it. */
        private Tensor window(Tensor tensor, int first, int elements) {
            Tensor window =
                    backend.memory().tensor("window", Shape.of(elements), DType.FLOAT32, null);
            WatchedMemory.Place place = memory.place(tensor);
            long offset = place == null ? -1 : place.offset();
            backend.memory().place(window, arena, offset + (long) first * Float.BYTES);
            return window;
        }

        private void write(Tensor tensor, double... values) {
            window(tensor, 0, written).copyFrom(Arrays.copyOf(values, written));
            switch (beyond) {
                case BEFORE -> window(tensor, -1, 1).copyFrom(1);
                case BEHIND -> window(tensor, SIZE, 1).copyFrom(1);
                case NONE -> {}
            }
        }

        @Override
        public void forward() {
            write(y, x.toArray());
        }

        @Override
        public void backward() {
            double[] dx = y.requireGrad().toArray();
            double[] values = x.toArray();
            for (int i = 0; i < SIZE; i++) {
                dx[i] *= values[i];
            }
            write(x.requireGrad(), dx);
        }

        @Override
        public boolean backwardReads(Tensor tensor) {
            return declares && tensor.equals(x);
        }

        private List<Node> nodes() {
            return List.of(new Node("here", new Arrangements.Reshape("Reshape", x, y), this));
        }

        void runForward() {
            WatchedPass.forward(memory, nodes());
        }

        void runBackward() {
            WatchedPass.backward(memory, nodes());
        }

        @Override
        public void close() {
            arena.close();
            backend.close();
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void rightPassesPass(Device device) {
        try (Product op = new Product(device, SIZE, /* declares= */ true, Beyond.NONE)) {
            op.runForward();
            assertArrayEquals(new double[] {1, 2, 3, 4, 5}, op.y.toArray());
            op.runBackward();
            assertArrayEquals(new double[] {1, 4, 9, 16, 25}, op.x.requireGrad().toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void seesWhatIsWrittenBesideATensor(Device device) {
        for (Beyond beyond : List.of(Beyond.BEFORE, Beyond.BEHIND)) {
            try (Product op = new Product(device, SIZE, /* declares= */ true, beyond)) {
                AssertionError error = assertThrows(AssertionError.class, op::runForward);
                String message = String.valueOf(error.getMessage());
                String side = beyond.name().toLowerCase(Locale.ROOT);
                assertTrue(message.startsWith("here Reshape forward: wrote word "), message);
                assertTrue(message.endsWith(side + " y"), message);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void leavesNanWhereNothingIsWritten(Device device) {
        try (Product op = new Product(device, SIZE - 1, /* declares= */ true, Beyond.NONE)) {
            op.runForward();
            op.runBackward();
            assertEquals(Double.NaN, op.y.toArray()[SIZE - 1]);
            assertEquals(Double.NaN, op.x.requireGrad().toArray()[SIZE - 1]);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void hidesWhatBackwardDoesNotDeclareToRead(Device device) {
        try (Product op = new Product(device, SIZE, /* declares= */ false, Beyond.NONE)) {
            op.runBackward();
            assertEquals(Double.NaN, op.x.requireGrad().toArray()[0]);
            assertArrayEquals(new double[] {1, 2, 3, 4, 5}, op.x.toArray());
        }
    }

    /** A slope that is larger on the device, which binds it second. */
    private static final class Differing implements Layer {
        private int times;

        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            times++;
            return new LeakyRelu(times == 2 ? 0.55 : 0.5).bind(binder, x);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void seesDifferences(Device device) {
        Layer network = new Sequential(new Conv2d(3, 2), new Differing());
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () -> Comparison.of(network, 2, 3, 5, 5).check(device));
        assertTrue(
                String.valueOf(error.getMessage()).contains(": output: expected element"),
                error.getMessage());
    }
}
