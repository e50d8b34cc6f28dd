package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.Binder;
import io.retrograd.backend.Binding;
import io.retrograd.backend.Parameters;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Times one direction of one operation, from the host until the device is done.
 *
 * <p>A subclass says which operation: {@code forward}, {@code backward} (all gradients), or where
 * they can be told apart {@code backward-data} and {@code backward-weights}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class OperationBenchmark {
    @Param("cpu")
    public String device = "";

    @Param("float32")
    public String precision = "";

    /** 0: one a core. */
    @Param("0")
    public int threads;

    private @Nullable Backend backend;
    private @Nullable AutoCloseable open;
    private @Nullable Runnable work;

    /** What is run again and again; its resources are closed behind it. */
    public record Work(Runnable run, AutoCloseable resources) {}

    /** Readies the work. */
    protected abstract Work prepare(Backend on);

    /** Binds a layer and readies one direction of it. */
    protected static Work layer(Layer layer, Shape input, String direction, Backend on) {
        boolean gradients = !direction.equals("forward");
        boolean data = !direction.equals("backward-weights");
        BindOptions options =
                new BindOptions(true, gradients, gradients && data, false, false, Long.MAX_VALUE);
        Parameters parameters = new Parameters(on, /* seed= */ 1);
        Binder binder = new Binder(parameters, options);
        Tensor x = layer.input(binder, input);
        Tensor y = binder.keep(layer.bind(binder, x));
        Binding binding = binder.commit();
        SplittableRandom random = new SplittableRandom(1);
        x.setAll(i -> random.nextGaussian());
        binding.forward();
        if (gradients) {
            y.requireGrad().setAll(i -> random.nextGaussian());
        }
        return new Work(
                gradients ? binding::backward : binding::forward, closing(binding, parameters));
    }

    /** Closes one after the other. */
    protected static AutoCloseable closing(AutoCloseable... resources) {
        return () -> {
            for (AutoCloseable resource : resources) {
                resource.close();
            }
        };
    }

    /** Opens the device and readies the work. */
    @Setup
    public void open() {
        Backend on = Backends.open(device, precision, threads);
        Work ready = prepare(on);
        backend = on;
        work = ready.run();
        open = closing(ready.resources(), on);
    }

    /** Frees everything. */
    @TearDown
    public void close() throws Exception {
        if (open != null) {
            open.close();
        }
    }

    @Benchmark
    public void run() {
        if (work == null || backend == null) {
            throw new IllegalStateException("OperationBenchmark: used before open()");
        }
        work.run();
        backend.synchronize();
    }
}
