package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_permute_axes;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;

/** The layouts in use, one object for each, so that equal ones are the same. */
final class Layouts {
    private final Map<String, Layout> layouts = new HashMap<>();
    private final Map<String, dnnl_memory_desc> any = new HashMap<>();

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

    /**
     * The layout of other sizes whose dimensions lie in the same order, without blocks and gaps.
     */
    Layout ordered(Layout like, int type, long... dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        int[] order = like.order();
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[order[i]] = stride;
            stride *= dims[order[i]];
        }
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

    /** The same memory, where dimension i is called what {@code dims[i]} was. */
    Layout permuted(Layout layout, List<Integer> dims) {
        int[] order = new int[dims.size()];
        for (int i = 0; i < order.length; i++) {
            order[dims.get(i)] = i;
        }
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        Dnnl.check(
                dnnl_memory_desc_permute_axes(descriptor, layout.descriptor(), order),
                "memory_desc_permute_axes");
        return intern(new Layout(descriptor));
    }

    /** A layout whose order oneDNN chooses. */
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

    /** Frees all of them. */
    synchronized void free() {
        layouts.values().forEach(layout -> dnnl_memory_desc_destroy(layout.descriptor()));
        any.values().forEach(descriptor -> dnnl_memory_desc_destroy(descriptor));
        layouts.clear();
        any.clear();
    }
}
