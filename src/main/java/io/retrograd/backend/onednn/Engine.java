package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.retrograd.tensor.DeviceLock;
import java.lang.ref.Cleaner;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/** oneDNN's engine and stream, and how to compute. */
final class Engine implements AutoCloseable {
    private final dnnl_engine handle;
    private final DeviceLock lock = new DeviceLock(OneDnnBackend.NAME);
    private final dnnl_stream stream = new dnnl_stream();
    private final int threads;
    private final Precision precision;
    private final boolean deterministic;

    /** The engine that this is a part of, which must live longer; null for a whole one. */
    private final @Nullable Engine whole;

    private final Layouts layouts = new Layouts();
    private final Verdicts verdicts;
    private final OneDnnTensor one;
    private final Cleaner.Cleanable freeing;
    private @Nullable Team team;
    private boolean closed;

    Engine(Precision precision, int threads, boolean deterministic) {
        this(create(threads), precision, threads, deterministic, /* whole= */ null);
    }

    private Engine(
            dnnl_engine handle,
            Precision precision,
            int threads,
            boolean deterministic,
            @Nullable Engine whole) {
        this.handle = handle;
        this.precision = precision;
        this.threads = threads;
        this.deterministic = deterministic;
        this.whole = whole;
        verdicts = whole == null ? new Verdicts() : whole.verdicts;
        Dnnl.check(dnnl_stream_create(stream, handle, dnnl_stream_default_flags), "stream_create");
        freeing =
                OneDnnMemory.whenUnreachable(
                        this, new Freeing(whole == null ? handle : null, stream, layouts));
        one = new Scalars(this, 1).get(0);
        one.set(0, 1);
    }

    private static dnnl_engine create(int threads) {
        Dnnl.load();
        OpenMp.use(threads);
        dnnl_engine handle = new dnnl_engine();
        Dnnl.check(dnnl_engine_create(handle, dnnl_cpu, 0), "engine_create");
        return handle;
    }

    /** The lock of this engine. */
    DeviceLock lock() {
        return lock;
    }

    dnnl_engine handle() {
        return handle;
    }

    dnnl_stream stream() {
        return stream;
    }

    Precision precision() {
        return precision;
    }

    /** Whether results must not depend on the number of threads. */
    boolean deterministic() {
        return deterministic;
    }

    int threads() {
        return threads;
    }

    /** Sets the number of threads for what the calling thread creates and runs next. */
    void useThreads() {
        OpenMp.use(threads);
    }

    /**
     * A part of this engine, to be used as long as it is open, which computes in one thread;
     * oneDNN's engine is the same, so that such parts share the code of their primitives.
     */
    Engine single() {
        return new Engine(handle, precision, 1, deterministic, /* whole= */ this);
    }

    /** The threads that compute together in Java. */
    synchronized Team team() {
        Team known = team;
        if (known == null) {
            known = new Team(this);
            team = known;
        }
        return known;
    }

    /** The verdicts on primitives, for all parts of the whole. */
    Verdicts verdicts() {
        return verdicts;
    }

    Layouts layouts() {
        return layouts;
    }

    /** A tensor of one element, 1. */
    OneDnnTensor one() {
        return one;
    }

    void synchronize() {
        Dnnl.check(dnnl_stream_wait(stream), "stream_wait");
    }

    boolean closed() {
        return closed || (whole != null && whole.closed());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        freeing.clean();
    }

    /**
     * Frees what oneDNN allocated for an engine. A model may outlive its backend, so nobody may be
     * there to close it.
     */
    private record Freeing(@Nullable dnnl_engine handle, dnnl_stream stream, Layouts layouts)
            implements Runnable {
        @Override
        public void run() {
            layouts.free();
            dnnl_stream_destroy(stream);
            if (handle != null) {
                dnnl_engine_destroy(handle);
            }
        }
    }
}
