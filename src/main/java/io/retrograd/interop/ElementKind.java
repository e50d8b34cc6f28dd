package io.retrograd.interop;

import java.nio.ByteBuffer;

/**
 * The element kinds of safetensors files. Floats become double and integers long, none of which
 * changes a value; but a U64 above 2⁶³ − 1 comes as the negative long of the same bits, BOOL as 0
 * and 1, and a complex number as two doubles, its real part first.
 */
public enum ElementKind {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    /** 4 bits of exponent, 3 of fraction, no infinities: the E4M3FN of ONNX. */
    F8_E4M3(1),
    F8_E5M2(1),
    /** An exponent of 2 alone, without sign. */
    F8_E8M0(1),
    F8_E4M3FNUZ(1),
    F8_E5M2FNUZ(1),
    C64(8),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U64(8),
    U32(4),
    U16(2),
    U8(1),
    BOOL(1);

    private final int bytes;

    ElementKind(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in a file. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements are floating-point numbers, real or complex. */
    public boolean floating() {
        return switch (this) {
            case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
            default -> true;
        };
    }

    /** Numbers an element: 2 of a complex one. */
    int parts() {
        return this == C64 ? 2 : 1;
    }

    /** Whether files can be written in it: all but floats of 8 bits. */
    public boolean written() {
        return switch (this) {
            case F8_E4M3, F8_E5M2, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ -> false;
            default -> true;
        };
    }

    /** Whether elements are real floating-point numbers. */
    boolean real() {
        return floating() && parts() == 1;
    }

    /** The next number of a kind that is floating. */
    double nextFloat(ByteBuffer from) {
        return floatAt(from, skip(from));
    }

    /** The next number of a kind that is not floating. */
    long nextInteger(ByteBuffer from) {
        return integerAt(from, skip(from));
    }

    /** Where the next number lies, which the buffer is then behind. */
    private int skip(ByteBuffer from) {
        int at = from.position();
        from.position(at + bytes / parts());
        return at;
    }

    /** The number at a byte of a buffer, of a kind that is floating. */
    double floatAt(ByteBuffer from, int at) {
        return switch (this) {
            case F64 -> from.getDouble(at);
            case F32, C64 -> from.getFloat(at);
            case F16 -> SmallFloat.half(from.getShort(at));
            case BF16 -> Float.intBitsToFloat(from.getShort(at) << 16);
            case F8_E4M3 -> SmallFloat.e4m3(from.get(at));
            case F8_E5M2 -> SmallFloat.half((short) (from.get(at) << 8));
            case F8_E8M0 -> SmallFloat.e8m0(from.get(at));
            case F8_E4M3FNUZ -> SmallFloat.unsignedZero(from.get(at), 3, 8);
            case F8_E5M2FNUZ -> SmallFloat.unsignedZero(from.get(at), 2, 16);
            default -> throw new IllegalStateException(this + ": not a float");
        };
    }

    /** The number at a byte of a buffer, of a kind that is not floating. */
    long integerAt(ByteBuffer from, int at) {
        return switch (this) {
            case I64, U64 -> from.getLong(at);
            case I32 -> from.getInt(at);
            case U32 -> Integer.toUnsignedLong(from.getInt(at));
            case I16 -> from.getShort(at);
            case U16 -> Short.toUnsignedLong(from.getShort(at));
            case I8 -> from.get(at);
            case U8 -> Byte.toUnsignedLong(from.get(at));
            case BOOL -> from.get(at) == 0 ? 0 : 1;
            default -> throw new IllegalStateException(this + ": not an integer");
        };
    }

    /**
     * Puts a number behind a buffer's others, rounded to the nearest of a kind that is floating, of
     * two to the even one. One too large becomes an infinity.
     *
     * @throws IllegalStateException for integers, and floats of 8 bits
     */
    public void put(ByteBuffer to, double value) {
        switch (this) {
            case F64 -> to.putDouble(value);
            case F32, C64 -> to.putFloat((float) value);
            case F16 -> to.putShort(SmallFloat.toHalf(value));
            case BF16 -> to.putShort(SmallFloat.toBfloat16(value));
            default -> throw new IllegalStateException(this + ": no float that is written");
        }
    }

    /**
     * Puts an integer behind a buffer's others, its lowest bits where the kind has fewer.
     *
     * @throws IllegalStateException for floats
     */
    public void put(ByteBuffer to, long value) {
        switch (this) {
            case I64, U64 -> to.putLong(value);
            case I32, U32 -> to.putInt((int) value);
            case I16, U16 -> to.putShort((short) value);
            case I8, U8, BOOL -> to.put((byte) value);
            default -> throw new IllegalStateException(this + ": no integer");
        }
    }
}
