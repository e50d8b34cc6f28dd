package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Times one direction of one operation, by the host's clock until the device is done. On CUDA
 * {@link DeviceTimes} report also its time on the GPU.
 *
 * <p>A subclass says which operation: {@code forward}, {@code backward} (all gradients), or where
 * they can be separated {@code backward-data} and {@code backward-weights}.
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
    private @Nullable Operation operation;
    private @Nullable DeviceTimes times;
    private boolean told;

    /** Readies the operation. */
    protected abstract Operation prepare(Backend on);

    /** Opens the device and readies the operation. */
    @Setup
    public void open() {
        Backend on = Backends.open(device, precision, threads);
        Operation ready = prepare(on);
        if (on.name().startsWith("cuda")) {
            times = new DeviceTimes(on, ready);
        }
        operation = ready;
        backend = on;
    }

    /** Times it on the device, outside of what JMH times. */
    @TearDown(Level.Iteration)
    public void onDevice() {
        if (times == null) {
            return;
        }
        Map<String, Double> found = times.measure();
        DeviceProfiler.tell(found);
        if (!found.containsKey("device") && !told) {
            System.out.println(
                    "device: not timed: it waits for functions in Java, so no graph can hold it");
            told = true;
        }
    }

    /** Frees everything. */
    @TearDown
    public void close() {
        if (operation != null && backend != null) {
            if (times != null) {
                times.close();
            }
            operation.close();
            backend.close();
        }
    }

    @Benchmark
    public void run() {
        if (operation == null || backend == null) {
            throw new IllegalStateException("OperationBenchmark: used before open()");
        }
        operation.run().run();
        backend.synchronize();
    }
}
