package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Times by the GPU's clock, on the stand-in's: those of the CPU's work. */
class CudaStopwatchTest {
    private static final double MILLIS = 1e-6;
    private static final int MANY = 30;
    private static final int ROUNDS = 9;

    /** What {@link #MANY} take at least, in times of one: a single one is mostly launch. */
    private static final int FACTOR = 3;

    /** Of the host's clock, which also covers what comes before and behind the events. */
    private static final double SLACK = 1e-3;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    @Test
    void tellsWhatTheWorkTook() {
        try (Backend cuda = open();
                CudaStopwatch watch = CudaStopwatch.of(cuda)) {
            Parameters parameters = new Parameters(cuda, 1);
            Binding binding = product(parameters);
            Runnable many =
                    () -> {
                        for (int i = 0; i < MANY; i++) {
                            binding.forward();
                        }
                    };
            try (Repeated replayed = cuda.repeated(many)) {
                double one = least(watch, binding::forward);
                double all = least(watch, many);
                least(watch, replayed::run);
                double replay = least(watch, replayed::run);
                assertTrue(one > 0, one + " ms");
                assertTrue(all > FACTOR * one, all + " ms for " + MANY + " of " + one);
                assertTrue(replay > FACTOR * one, replay + " ms for " + MANY + " of " + one);
            }
            binding.close();
            parameters.close();
        }
    }

    /** The least of some rounds, each no longer than the host's clock says. */
    private static double least(CudaStopwatch watch, Runnable work) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            double milliseconds = watch.milliseconds(work);
            double host = (System.nanoTime() - begin) * MILLIS;
            assertTrue(milliseconds <= host + SLACK, milliseconds + " of " + host + " ms");
            least = Math.min(least, milliseconds);
        }
        return least;
    }

    @Test
    void closesWithTheBackendAndOnlyOnce() {
        Backend cuda = open();
        CudaStopwatch watch = CudaStopwatch.of(cuda);
        cuda.close();
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> watch.milliseconds(() -> {}));
        assertEquals("CudaStopwatch: used after close()", e.getMessage());
        watch.close();
    }

    @Test
    void otherBackendsHaveNoSuchClock() {
        try (Backend reference = Backends.open("reference")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> CudaStopwatch.of(reference));
            assertTrue(e.getMessage().contains("got reference"), e.getMessage());
        }
    }

    /** Large enough for its time to be seen. */
    private static Binding product(Parameters parameters) {
        Binder binder = new Binder(parameters, BindOptions.train());
        binder.keep(new Linear(64).bind(binder, binder.input(Shape.of(64, 64))));
        return binder.commit();
    }

    private static Backend open() {
        return new CudaBackend(
                Gpu.PLATFORM,
                CudaPrecision.FLOAT32,
                /* deterministic= */ true,
                /* choices= */ null,
                line -> {});
    }
}
