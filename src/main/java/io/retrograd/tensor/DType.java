package io.retrograd.tensor;

/** Kind of a tensor's elements. */
public enum DType {
    FLOAT64(8, 0x1p-52),
    FLOAT32(4, 0x1p-23),
    BFLOAT16(2, 0x1p-7),
    FLOAT16(2, 0x1p-10),
    /** Class labels and other indices. */
    INT32(4, 0);

    private final int bytes;
    private final double epsilon;

    DType(int bytes, double epsilon) {
        this.bytes = bytes;
        this.epsilon = epsilon;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Distance from 1 to the next larger number; 0 for indices. */
    public double epsilon() {
        return epsilon;
    }
}
