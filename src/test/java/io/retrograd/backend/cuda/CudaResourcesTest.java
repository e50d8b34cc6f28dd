package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Node;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.conformance.Side;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory, descriptors, copies and threads of the CUDA backend. */
class CudaResourcesTest {
    private static final Shape SHAPE = Shape.of(3, 4, 7, 5);

    /** Two of the buffers that copies go through, and some. */
    private static final int SEVERAL_BUFFERS = (2 << 20) + 13;

    private static final long ARENA = 1 << 20;

    /** Of a GPU's memory: less is never taken of it. */
    private static final long PAGE = 2 << 20;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    private static Backend open(@Nullable Choices choices) {
        return new CudaBackend(
                Gpu.PLATFORM,
                CudaPrecision.FLOAT32,
                /* deterministic= */ false,
                choices,
                line -> {});
    }

    private static Side side(Backend cuda, Custom layer) {
        return new Side(cuda, layer, Shape.of(5), /* loss= */ null, BindOptions.inspect(true));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64", "INT32"})
    void largeTensorsAreCopiedWhereverTheyLie(DType dtype) {
        double[] values = new double[SEVERAL_BUFFERS];
        Arrays.setAll(values, i -> i % 1_000_003);
        try (Backend cuda = open(null)) {
            Memory memory = cuda.memory();
            Shape shape = Shape.of(values.length);
            Tensor moved = memory.tensor("moved", shape, dtype, /* grad= */ null);
            Tensor other = memory.tensor("other", shape, dtype, /* grad= */ null);
            long bytes = memory.footprint(moved);
            try (Memory.Arena arena = memory.allocate(2 * bytes)) {
                memory.place(moved, arena, bytes);
                moved.setAll(i -> -1);
                assertEquals(-1, moved.toArray()[values.length - 1]);
                memory.place(moved, arena, 0);
                memory.place(other, arena, bytes);
                moved.copyFrom(values);
                other.setAll(i -> values[values.length - 1 - i]);
                assertArrayEquals(values, moved.toArray());
                assertEquals(values[0], other.toArray()[values.length - 1]);
                assertEquals(values[values.length - 1], other.toArray()[0]);
            }
        }
    }

    @Test
    void availableIsWhatIsFree() {
        try (Backend cuda = open(null)) {
            Memory memory = cuda.memory();
            long before = memory.available();
            try (Memory.Arena arena = memory.allocate(ARENA)) {
                assertTrue(arena != null);
                long taken = before - memory.available();
                assertTrue(taken >= ARENA && taken < ARENA + PAGE, taken + " bytes");
                long tooMuch = memory.available() + 1;
                IllegalStateException e =
                        assertThrows(IllegalStateException.class, () -> memory.allocate(tooMuch));
                String expected = String.format("expected %,d bytes of free memory", tooMuch);
                assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
            }
            assertEquals(before, memory.available());
        }
    }

    /** What measures convolutions, too; but not the kernels that cuDNN loads at their first use. */
    @Test
    void aBindingGivesAllItsMemoryBack(@TempDir Path folder) {
        try (Backend cuda = open(new Choices(folder) {})) {
            Shape smaller = Shape.of(SHAPE.dim(0) - 1, SHAPE.dim(1), SHAPE.dim(2), SHAPE.dim(3));
            new Side(cuda, new Conv2d(4, 3), smaller, null, BindOptions.train()).close();
            long before = cuda.memory().available();
            new Side(cuda, new Conv2d(4, 3), SHAPE, /* loss= */ null, BindOptions.train()).close();
            assertEquals(before, cuda.memory().available());
        }
    }

    @Test
    void aBindingGivesItsDescriptorsBack() {
        try (Backend cuda = open(null);
                Side first = new Side(cuda, new Conv2d(4, 3), SHAPE, null, BindOptions.train())) {
            assertFalse(first.binding().nodes().isEmpty());
            Resources resources = ((CudaBackend) cuda).device().resources();
            int before = resources.openGroups();
            new Side(cuda, new Conv2d(4, 3), SHAPE, null, BindOptions.train()).close();
            assertEquals(before, resources.openGroups());
        }
    }

    /** An operation that makes a descriptor, or fails. */
    private static final class Descriptive extends CudaOp {
        private final boolean fails;

        Descriptive(CudaDevice device, boolean fails) {
            super(device);
            this.fails = fails;
        }

        @Override
        void prepare(CudaPlanner planner) {
            if (fails) {
                throw new IllegalArgumentException("no");
            }
            descriptors().tensor(List.of(2, 3));
        }
    }

    @Test
    void aFailureInTheMiddleOfThePlanGivesDescriptorsBack() {
        try (CudaDevice device =
                new CudaDevice(
                        Gpu.PLATFORM,
                        /* gpu= */ 0,
                        OpenOptions.of(CudaPrecision.FLOAT32.toString()).deterministic(true),
                        /* choices= */ null,
                        line -> {})) {
            Descriptive first = new Descriptive(device, /* fails= */ false);
            Descriptive second = new Descriptive(device, /* fails= */ true);
            List<Node> nodes =
                    List.of(first, second).stream()
                            .map(op -> new Node("", List.of(), op, List.of(), List.of()))
                            .toList();
            int before = device.resources().openGroups();
            CudaPlanner planner = new CudaPlanner(device, /* gradients= */ true);
            device.lock().enter();
            assertThrows(IllegalArgumentException.class, () -> planner.prepare(nodes));
            device.lock().exit();
            assertEquals(before, device.resources().openGroups());
        }
    }

    /** Without a copy before, which would make the GPU the thread's. */
    @Test
    void anyThreadMayRunAndReplay() throws InterruptedException {
        try (Backend cuda = open(null);
                Side side =
                        new Side(
                                cuda,
                                new Conv2d(4, 3),
                                SHAPE,
                                /* loss= */ null,
                                BindOptions.inspect(true));
                Repeated work = cuda.repeated(side.binding()::forward)) {
            for (int i = 0; i < 3; i++) {
                work.run();
            }
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (Runnable run : List.<Runnable>of(work::run, side.binding()::forward)) {
                Thread other = new Thread(run);
                other.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
                other.start();
                other.join();
            }
            assertEquals(null, failure.get());
        }
    }

    /** Each pass alone, so that each has to say that it waits for the host. */
    @Test
    void neitherPassOfAFunctionInJavaIsRecorded() {
        int[] calls = new int[2];
        Custom counted =
                Custom.of(
                        "counted",
                        x -> {
                            calls[0]++;
                            return x;
                        },
                        x -> {
                            calls[1]++;
                            return 1;
                        });
        try (Backend cuda = open(null);
                Side side = side(cuda, counted);
                Repeated forward = cuda.repeated(side.binding()::forward);
                Repeated backward = cuda.repeated(side.binding()::backward)) {
            for (int i = 0; i < 5; i++) {
                forward.run();
            }
            for (int i = 0; i < 5; i++) {
                backward.run();
            }
            assertArrayEquals(new int[] {25, 25}, calls);
        }
    }
}
