package io.retrograd.interop;

/**
 * Floating-point numbers of 16 and 8 bits.
 *
 * <p>Sources: IEEE 754; P. Micikevicius et al., FP8 formats for deep learning, 2022; B. Noune et
 * al., 8-bit numerical formats for deep neural networks, 2022; the OCP specification of
 * microscaling formats, 2023.
 */
final class SmallFloat {
    private static final int NOT_A_NUMBER = 0x7F;
    private static final int SIGN = 1 << 15;
    private static final int LARGEST_EXPONENT = 0xFF;

    private SmallFloat() {}

    /** IEEE's binary16: 5 bits of exponent, 10 of fraction; E5M2 is its upper half. */
    static double half(short bits) {
        int exponent = (bits >> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0x1F) {
            double magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            return bits < 0 ? -magnitude : magnitude;
        }
        return value(bits < 0, exponent, fraction, 10, 15);
    }

    /** The nearest binary16; of two the even one, infinity from 65520 on. */
    static short toHalf(double value) {
        return round(value, 10, 15);
    }

    /** The nearest bfloat16, the upper half of a float; of two the even one. */
    static short toBfloat16(double value) {
        return round(value, 7, 127);
    }

    /** In one rounding: by way of float, a number may round twice. */
    private static short round(double value, int fractionBits, int bias) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
        int infinity = SIGN - (1 << fractionBits);
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) (sign | infinity | 1 << (fractionBits - 1));
        }
        int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
        if (exponent > bias) {
            return (short) (sign | infinity);
        }
        // The hidden bit adds one to the exponent, and so does a fraction that is rounded up to 2.
        int units = (int) Math.rint(Math.scalb(magnitude, fractionBits - exponent));
        return (short) (sign | ((exponent + bias - 1) << fractionBits) + units);
    }

    /** E4M3 without infinities, and with one NaN of each sign. */
    static double e4m3(byte bits) {
        return (bits & NOT_A_NUMBER) == NOT_A_NUMBER
                ? Double.NaN
                : value(bits < 0, (bits >> 3) & 0xF, bits & 7, 3, 7);
    }

    /** A power of 2; no sign, no zero. */
    static double e8m0(byte bits) {
        int exponent = Byte.toUnsignedInt(bits);
        return exponent == LARGEST_EXPONENT ? Double.NaN : Math.scalb(1.0, exponent - 127);
    }

    /** Those without infinities and negative zero, whose bits are the only NaN. */
    static double unsignedZero(byte bits, int fractionBits, int bias) {
        int magnitude = bits & 0x7F;
        return bits == Byte.MIN_VALUE
                ? Double.NaN
                : value(
                        bits < 0,
                        magnitude >> fractionBits,
                        magnitude & ((1 << fractionBits) - 1),
                        fractionBits,
                        bias);
    }

    private static double value(
            boolean negative, int exponent, int fraction, int fractionBits, int bias) {
        double unit = Math.scalb(1.0, Math.max(exponent, 1) - bias - fractionBits);
        int hidden = exponent == 0 ? 0 : 1 << fractionBits;
        double magnitude = (hidden + fraction) * unit;
        return negative ? -magnitude : magnitude;
    }
}
