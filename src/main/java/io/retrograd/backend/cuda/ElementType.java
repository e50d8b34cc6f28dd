package io.retrograd.backend.cuda;

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

    /** As CUDA C++ writes it. */
    public String cuda() {
        return cuda;
    }

    /** Size of one. */
    public int bytes() {
        return bytes;
    }
}
