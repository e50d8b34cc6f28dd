package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.cuda.CudaStopwatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * The cost of an operation on a GPU, by events, and on the host, in microseconds each.
 *
 * <ul>
 *   <li>{@code device}: several in one CUDA graph, which is replayed between two events
 *   <li>{@code dispatch}: the host's calls that enqueue one, without waiting for it
 *   <li>{@code capture}: recording one, in that graph, making that ready, and its first launch
 * </ul>
 *
 * A training step replays a graph of its own: several steps lie between the events, with the copies
 * of their inputs, and its capture is how much longer the host takes for the third one.
 *
 * <p>An operation runs again and again on the same tensors, so what fits into the GPU's cache lies
 * there.
 */
final class DeviceTimes implements AutoCloseable {
    private static final int MOST = 100;
    private static final int ROUNDS = 10;
    private static final double ROUND_MILLISECONDS = 2;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double MICROS_PER_NANO = 1e-3;

    private final Backend backend;
    private final CudaStopwatch watch;
    private final Operation operation;
    private final double third;
    private final int count;
    private int calls;

    /**
     * Runs the operation a few times.
     *
     * @param backend on CUDA; stays open
     * @param operation that has not run, or a few times only if it records nothing; stays open
     */
    DeviceTimes(Backend backend, Operation operation) {
        this.backend = backend;
        this.operation = operation;
        watch = CudaStopwatch.of(backend);
        watch.milliseconds(operation.run());
        watch.milliseconds(operation.run());
        third = host(operation.run());
        double one = watch.milliseconds(operation.run());
        count = (int) Math.min(MOST, Math.max(1, ROUND_MILLISECONDS / one));
    }

    /**
     * By name; without {@code device} and {@code capture} where no graph can hold the operation.
     */
    Map<String, Double> measure() {
        Map<String, Double> found = new LinkedHashMap<>();
        double dispatch = median(() -> host(this::several) / count);
        switch (operation.recording()) {
            case POSSIBLE -> record(found);
            case ITS_OWN -> {
                found.put("device", median(() -> device(this::several)));
                found.put("capture", third - dispatch);
            }
            case NONE -> found.put("device", median(() -> device(this::several)));
        }
        found.put("dispatch", dispatch);
        return found;
    }

    private void record(Map<String, Double> found) {
        try (Repeated recorded = backend.repeated(this::several)) {
            recorded.run();
            recorded.run();
            double capture = host(recorded::run) / count;
            backend.synchronize();
            calls = 0;
            double device = median(() -> device(recorded::run));
            if (calls == 0) {
                found.put("device", device);
                found.put("capture", capture);
            }
        }
    }

    private void several() {
        for (int i = 0; i < count; i++) {
            operation.run().run();
        }
        calls++;
    }

    private static double median(DoubleSupplier measured) {
        return Stats.median(DoubleStream.generate(measured).limit(ROUNDS).boxed().toList());
    }

    private double device(Runnable several) {
        return watch.milliseconds(several) * MICROS_PER_MILLI / count;
    }

    /** The time of the host, with nothing enqueued before. */
    private double host(Runnable work) {
        backend.synchronize();
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * MICROS_PER_NANO;
    }

    @Override
    public void close() {
        watch.close();
    }
}
