package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_permute_axes;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.retrograd.tensor.DeviceLock;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/** oneDNN's engine and stream, the layouts in use, and how to compute. */
final class Engine implements AutoCloseable {
    private final dnnl_engine handle;
    private final DeviceLock lock = new DeviceLock(OneDnnBackend.NAME);
    private final dnnl_stream stream = new dnnl_stream();
    private final int threads;
    private final Precision precision;
    private final boolean deterministic;

    /** What this is a part of, which must not be freed before; null for one that is whole. */
    private final @Nullable Engine whole;

    private final Map<String, Layout> layouts = new HashMap<>();
    private final Map<String, dnnl_memory_desc> any = new HashMap<>();
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
        Dnnl.check(dnnl_stream_create(stream, handle, dnnl_stream_default_flags), "stream_create");
        freeing =
                OneDnnMemory.whenUnreachable(
                        this, new Freeing(whole == null ? handle : null, stream, layouts, any));
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

    /** Of the CPU, for whoever uses this engine. */
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

    /** A tensor of one element, 1. */
    OneDnnTensor one() {
        return one;
    }

    /** Row-major order. */
    Layout plain(int type, long... dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dims[i];
        }
        return strided(type, dims, strides);
    }

    /** (N, C, spatial...) with the channels of one position side by side. */
    Layout channelsLast(int type, long... dims) {
        long[] strides = new long[dims.length];
        long stride = dims[1];
        strides[1] = 1;
        for (int i = dims.length - 1; i >= 2; i--) {
            strides[i] = stride;
            stride *= dims[i];
        }
        strides[0] = stride;
        return strided(type, dims, strides);
    }

    /** Element {@code (i, j, ...)} at {@code i·strides[0] + j·strides[1] + ...}. */
    Layout strided(int type, long[] dims, long[] strides) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_create_with_strides(descriptor, dims.length, dims, type, strides),
                "memory_desc_create_with_strides");
        return intern(new Layout(descriptor));
    }

    /** A part of a tensor, in its place; it must not cut through blocks. */
    Layout part(Layout whole, long[] dims, long[] offsets) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_create_submemory(descriptor, whole.descriptor(), dims, offsets),
                "memory_desc_create_submemory");
        return intern(new Layout(descriptor));
    }

    /** The same memory with two dimensions called by each other's number. */
    Layout swapped(Layout layout, int dim0, int dim1) {
        int[] order = IntStream.range(0, layout.dims().length).toArray();
        order[dim0] = dim1;
        order[dim1] = dim0;
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_permute_axes(descriptor, layout.descriptor(), order),
                "memory_desc_permute_axes");
        return intern(new Layout(descriptor));
    }

    /** What oneDNN is to choose the order of. */
    synchronized dnnl_memory_desc any(int type, long... dims) {
        String key = type + Arrays.toString(dims);
        dnnl_memory_desc known = any.get(key);
        if (known != null) {
            return known;
        }
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_create_with_tag(
                        descriptor, dims.length, dims, type, dnnl_format_tag_any),
                "memory_desc_create_with_tag");
        any.put(key, descriptor);
        return descriptor;
    }

    /** The layout of a descriptor that belongs to a primitive. */
    Layout layout(dnnl_memory_desc borrowed) {
        dnnl_memory_desc own = new dnnl_memory_desc();
        Dnnl.check(dnnl_memory_desc_clone(own, borrowed), "memory_desc_clone");
        return intern(new Layout(own));
    }

    private synchronized Layout intern(Layout layout) {
        Layout known = layouts.putIfAbsent(layout.key(), layout);
        if (known == null) {
            return layout;
        }
        dnnl_memory_desc_destroy(layout.descriptor());
        return known;
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
    private record Freeing(
            @Nullable dnnl_engine handle,
            dnnl_stream stream,
            Map<String, Layout> layouts,
            Map<String, dnnl_memory_desc> any)
            implements Runnable {
        @Override
        public void run() {
            layouts.values().forEach(layout -> dnnl_memory_desc_destroy(layout.descriptor()));
            any.values().forEach(descriptor -> dnnl_memory_desc_destroy(descriptor));
            dnnl_stream_destroy(stream);
            if (handle != null) {
                dnnl_engine_destroy(handle);
            }
        }
    }
}
