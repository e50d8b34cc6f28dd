package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_primitive_cache_capacity;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_next_impl;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_get_primitive_desc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_exec_arg_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_impl_info_str;
import static org.bytedeco.dnnl.global.dnnl.dnnl_set_primitive_cache_capacity;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A primitive as oneDNN describes it, and the primitive itself, made on first use. */
final class Description {
    private final Engine engine;
    private final String name;

    /** Made by the call that described it; once there is a primitive, a part of that. */
    private dnnl_primitive_desc handle;

    private @Nullable dnnl_primitive primitive;
    private volatile boolean released;

    /** Takes the description over. */
    Description(Engine engine, String name, dnnl_primitive_desc handle) {
        this.engine = engine;
        this.name = name;
        this.handle = handle;
    }

    dnnl_primitive_desc handle() {
        if (released) {
            throw new IllegalStateException(name + ": used after close()");
        }
        return handle;
    }

    /** Goes on to oneDNN's next best implementation; false if there is none. */
    boolean next() {
        return dnnl_primitive_desc_next_impl(handle()) == dnnl_success;
    }

    /** The layout that it takes an argument in; null if it does not take it. */
    @Nullable Layout layoutOrNull(int argument) {
        dnnl_memory_desc md =
                dnnl_primitive_desc_query_md(handle(), dnnl_query_exec_arg_md, argument);
        return md == null || md.isNull() || dnnl_memory_desc_get_size(md) == 0
                ? null
                : engine.layouts().layout(md);
    }

    /** The implementation that oneDNN chose, as in {@code brgconv:avx2}. */
    String implementation() {
        return implementation(handle());
    }

    private static String implementation(dnnl_primitive_desc of) {
        try (PointerPointer<BytePointer> result = new PointerPointer<>(1)) {
            Dnnl.check(
                    dnnl_primitive_desc_query(of, dnnl_query_impl_info_str, 0, result),
                    "primitive_desc_query");
            return result.get(BytePointer.class).getString();
        }
    }

    /** The primitive that is described. */
    dnnl_primitive primitive() {
        dnnl_primitive known = primitive;
        if (known == null) {
            engine.useThreads();
            known = create();
            if (!made(known)) {
                dnnl_primitive_destroy(known);
                known = createUncached();
            }
            dnnl_primitive_desc_destroy(handle);
            handle = handleOf(known);
            primitive = known;
        }
        return known;
    }

    private dnnl_primitive create() {
        dnnl_primitive made = new dnnl_primitive();
        Dnnl.check(dnnl_primitive_create(made, handle()), name);
        return made;
    }

    /**
     * Whether a primitive is what was described. oneDNN takes it from a cache if it knows one for
     * the same problem, and to the cache layouts are the same that differ only in strides of
     * dimensions of size 1. But another implementation may compute with these, which needs more
     * memory than was planned, and then crashes.
     */
    private boolean made(dnnl_primitive primitive) {
        dnnl_primitive_desc own = handleOf(primitive);
        return implementation(own).equals(implementation())
                && scratchBytes(own) == scratchBytes(handle());
    }

    /** The description of a primitive, valid as long as the primitive exists. */
    private dnnl_primitive_desc handleOf(dnnl_primitive primitive) {
        dnnl_primitive_desc own = new dnnl_primitive_desc();
        Dnnl.check(dnnl_primitive_get_primitive_desc(primitive, own), name);
        return own;
    }

    private static long scratchBytes(dnnl_primitive_desc of) {
        dnnl_memory_desc memory =
                dnnl_primitive_desc_query_md(of, dnnl_query_exec_arg_md, DNNL_ARG_SCRATCHPAD);
        return memory == null || memory.isNull() ? 0 : dnnl_memory_desc_get_size(memory);
    }

    private dnnl_primitive createUncached() {
        int[] capacity = new int[1];
        Dnnl.check(dnnl_get_primitive_cache_capacity(capacity), "get_primitive_cache_capacity");
        Dnnl.check(dnnl_set_primitive_cache_capacity(0), "set_primitive_cache_capacity");
        try {
            return create();
        } finally {
            Dnnl.check(
                    dnnl_set_primitive_cache_capacity(capacity[0]), "set_primitive_cache_capacity");
        }
    }

    /** Whether {@link #release} was called. */
    boolean released() {
        return released;
    }

    void release() {
        if (released) {
            return;
        }
        released = true;
        if (primitive != null) {
            dnnl_primitive_destroy(primitive);
        } else {
            dnnl_primitive_desc_destroy(handle);
        }
    }
}
