package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;

/** What a kernel's arguments, and the elements of its arrays, can be. */
public enum ElementType {
    INT8("signed char", 1),
    UINT8("unsigned char", 1),
    INT32("int", Integer.BYTES),
    INT64("long long", Long.BYTES),
    FLOAT32("float", Float.BYTES),
    FLOAT64("double", Double.BYTES);

    private final String cuda;
    private final int bytes;

    ElementType(String cuda, int bytes) {
        this.cuda = cuda;
        this.bytes = bytes;
    }

    /** What a tensor of this kind holds, where kernels have it. */
    static ElementType of(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> FLOAT32;
            case FLOAT64 -> FLOAT64;
            case INT32 -> INT32;
            case FLOAT16, BFLOAT16 ->
                    throw new IllegalArgumentException("cuda: no kernel takes " + dtype);
        };
    }

    /** As CUDA C++ writes it. */
    public String cuda() {
        return cuda;
    }

    /** Size of one. */
    public int bytes() {
        return bytes;
    }
}
