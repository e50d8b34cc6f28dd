package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_data_type;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_dims;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_inner_blks;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_inner_idxs;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_inner_nblks_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_ndims_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_padded_dims;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_submemory_offset_s64;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_u8;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Sizes, element kind and order in memory of a tensor: oneDNN's memory descriptor, with a name.
 *
 * <p>Two layouts of one {@link Engine} are the same object if they are equal. The name is oneDNN's:
 * letters for dimensions, outermost first; a capital one is split into blocks, whose sizes follow.
 */
final class Layout {
    private final dnnl_memory_desc descriptor;
    private final long[] dims;
    private final int type;
    private final long[] strides;
    private final long[] blockSizes;
    private final long[] blockDims;
    private final int[] order;
    private final String tag;
    private final long bytes;
    private final boolean dense;
    private final boolean plain;
    private final long offset;

    /** Takes the descriptor over. */
    Layout(dnnl_memory_desc descriptor) {
        this.descriptor = descriptor;
        int rank = number(dnnl_query_ndims_s32);
        dims = numbers(dnnl_query_dims, rank);
        strides = numbers(dnnl_query_strides, rank);
        type = number(dnnl_query_data_type);
        offset = offset();
        int blocks = number(dnnl_query_inner_nblks_s32);
        blockSizes = numbers(dnnl_query_inner_blks, blocks);
        blockDims = numbers(dnnl_query_inner_idxs, blocks);
        order =
                IntStream.range(0, rank)
                        .boxed()
                        .sorted(Comparator.comparingLong((Integer i) -> -strides[i]))
                        .mapToInt(i -> i)
                        .toArray();
        tag = tag(blockSizes, blockDims);
        long[] padded = numbers(dnnl_query_padded_dims, rank);
        bytes = bytes(padded);
        dense = Arrays.stream(padded).reduce(1, (a, b) -> a * b) * elementBytes() == bytes;
        plain = dense && offset == 0 && bytes == elements() * elementBytes() && rowMajor();
    }

    /** oneDNN's size passes over what lies before a part. */
    private long bytes(long[] padded) {
        long size = dnnl_memory_desc_get_size(descriptor);
        if (offset == 0) {
            return size;
        }
        int[] last = Arrays.stream(padded).mapToInt(dim -> Math.toIntExact(dim - 1)).toArray();
        return Math.max(size, (offset(last) + 1) * elementBytes());
    }

    dnnl_memory_desc descriptor() {
        return descriptor;
    }

    int rank() {
        return dims.length;
    }

    long[] dims() {
        return dims.clone();
    }

    /** oneDNN's number of the element kind. */
    int type() {
        return type;
    }

    /** Elements between neighbours in each dimension; for blocked ones, between blocks. */
    long[] strides() {
        return strides.clone();
    }

    /** Size in memory, padding included, and what lies before a part. */
    long bytes() {
        return bytes;
    }

    long elements() {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    int elementBytes() {
        return elementBytes(type);
    }

    static int elementBytes(int type) {
        if (type == dnnl_f32 || type == dnnl_s32) {
            return Integer.BYTES;
        }
        return type == dnnl_bf16 ? Short.BYTES : 1;
    }

    /** Whether there are no gaps between elements, other than padding that belongs to blocks. */
    boolean dense() {
        return dense;
    }

    /** Whether all that it differs in from row-major is the order of the dimensions. */
    boolean ordered() {
        return full() && offset == 0 && blockSizes.length == 0;
    }

    /** Dimensions by their place in memory, the outermost first. */
    int[] order() {
        return order.clone();
    }

    /** Whether elements lie row-major without gaps. */
    boolean plain() {
        return plain;
    }

    /** The order in memory, as in {@code acdb} or {@code aBcd8b}. */
    String tag() {
        return tag;
    }

    /**
     * Kind, sizes, order and first element, as in {@code f32 64x16x32x32 acdb}: equal for equal
     * layouts only.
     */
    String key() {
        StringBuilder key = new StringBuilder(typeName()).append(' ');
        for (int i = 0; i < dims.length; i++) {
            key.append(i == 0 ? "" : "x").append(dims[i]);
        }
        key.append(' ').append(tag);
        if (!dense || (blockSizes.length == 0 && !Arrays.equals(strides, packed()))) {
            key.append(' ').append(Arrays.toString(strides));
        }
        if (offset != 0) {
            key.append(" at ").append(offset);
        }
        return key.toString();
    }

    /**
     * The strides that sizes in this order have. A dimension of size 1 may have any other: the
     * elements lie where they did, but oneDNN takes other code, so such layouts are not equal.
     */
    private long[] packed() {
        long[] packed = new long[dims.length];
        long stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            packed[order[i]] = stride;
            stride *= dims[order[i]];
        }
        return packed;
    }

    /** Whether every place in memory is an element's. */
    boolean full() {
        return dense && bytes == elements() * elementBytes();
    }

    /**
     * Where an element lies, counted in elements.
     *
     * @param index in each dimension. Not modified.
     */
    long offset(int... index) {
        long at = offset;
        long within = 1;
        long[] left = new long[index.length];
        Arrays.setAll(left, d -> index[d]);
        for (int i = blockSizes.length - 1; i >= 0; i--) {
            int d = (int) blockDims[i];
            at += left[d] % blockSizes[i] * within;
            left[d] /= blockSizes[i];
            within *= blockSizes[i];
        }
        for (int d = 0; d < left.length; d++) {
            at += left[d] * strides[d];
        }
        return at;
    }

    private boolean rowMajor() {
        long expected = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            if (dims[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= dims[i];
        }
        return true;
    }

    private String typeName() {
        if (type == dnnl_f32) {
            return "f32";
        }
        if (type == dnnl_bf16) {
            return "bf16";
        }
        if (type == dnnl_s32) {
            return "s32";
        }
        return type == dnnl_u8 ? "u8" : "type" + type;
    }

    private String tag(long[] sizes, long[] indices) {
        StringBuilder text = new StringBuilder();
        for (int i : order) {
            boolean split = Arrays.stream(indices).anyMatch(index -> index == i);
            text.append((char) ((split ? 'A' : 'a') + i));
        }
        for (int i = 0; i < sizes.length; i++) {
            text.append(sizes[i]).append((char) ('a' + indices[i]));
        }
        return text.toString();
    }

    private long offset() {
        try (LongPointer result = new LongPointer(1)) {
            Dnnl.check(
                    dnnl_memory_desc_query(descriptor, dnnl_query_submemory_offset_s64, result),
                    "memory_desc_query");
            return result.get();
        }
    }

    private int number(int what) {
        try (IntPointer result = new IntPointer(1)) {
            Dnnl.check(dnnl_memory_desc_query(descriptor, what, result), "memory_desc_query");
            return result.get();
        }
    }

    private long[] numbers(int what, int count) {
        long[] values = new long[count];
        if (count > 0) {
            try (PointerPointer<LongPointer> result = new PointerPointer<>(1)) {
                Dnnl.check(dnnl_memory_desc_query(descriptor, what, result), "memory_desc_query");
                result.get(LongPointer.class).get(values);
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return key();
    }
}
