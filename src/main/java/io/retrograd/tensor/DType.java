package io.retrograd.tensor;

import java.util.Locale;

/** Kind of a tensor's elements. */
public enum DType {
    FLOAT64(8, 0x1p-52, 0x1p1023),
    FLOAT32(4, 0x1p-23, 0x1p127),
    BFLOAT16(2, 0x1p-7, 0x1p127),
    FLOAT16(2, 0x1p-10, 0x1p15),
    /** Class labels and other indices. */
    INT32(4, 0, 0x1p30);

    private final int bytes;
    private final double epsilon;
    private final double highestPower;

    DType(int bytes, double epsilon, double highestPower) {
        this.bytes = bytes;
        this.epsilon = epsilon;
        this.highestPower = highestPower;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Distance from 1 to the next larger number; 0 for indices. */
    public double epsilon() {
        return epsilon;
    }

    /** The largest number. */
    public double largest() {
        return this == INT32 ? Integer.MAX_VALUE : highestPower * (2 - epsilon);
    }

    /** The largest number as a person writes it. */
    public String largestText() {
        return switch (this) {
            case FLOAT64 -> Double.toString(largest());
            case INT32 -> Integer.toString(Integer.MAX_VALUE);
            default -> Float.toString((float) largest());
        };
    }

    /** The name as a person writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a finite number would become infinite, or an index another: none is rounded to it.
     */
    public boolean overflows(double value) {
        if (this == INT32) {
            return value > Integer.MAX_VALUE || value < Integer.MIN_VALUE;
        }
        double size = Math.abs(value);
        boolean kept = this == FLOAT64 || size < highestPower * (2 - epsilon / 2);
        return !kept && size <= Double.MAX_VALUE;
    }
}
