package io.retrograd.backend.onednn;

import io.retrograd.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * A function of one number and its derivative, of many numbers at once, in float32, to a few units
 * in the last place.
 *
 * <p>Each loop stores into one array and has no branches, and no two of its operations that do not
 * depend on each other are of one kind with one constant: so Java's compiler computes as many
 * elements at once as a vector register holds.
 */
interface Curve {
    /** Puts f of the first n numbers in {@code room.xs} into {@code room.ys}. */
    void value(Room room, int n);

    /** Whether Java has the derivative; else it is oneDNN's. */
    default boolean hasSlope() {
        return true;
    }

    /** Puts f' of the first n numbers in {@code room.xs} into {@code room.ys}. */
    default void slope(Room room, int n) {
        throw new UnsupportedOperationException(this + " has its derivative from oneDNN");
    }

    /** Whether f(0) is 0, so that zeros that pad a layout stay what they are. */
    default boolean keepsZero() {
        return true;
    }

    /** The workspace of one thread for a chunk of numbers; small enough for a core's own cache. */
    final class Room {
        static final int SIZE = 1024;

        private static final int HALF = 16;
        private static final int HIGH = 0xffff0000;
        private static final int BELOW_TIE = 0x7fff;

        final float[] xs = new float[SIZE];
        final float[] ys = new float[SIZE];
        final float[] dys = new float[SIZE];

        /** Arguments of exponentials, and what they are split into. */
        final float[] gs = new float[SIZE];

        final float[] ks = new float[SIZE];
        final float[] powers = new float[SIZE];
        final float[] rests = new float[SIZE];

        private final int[] evens = new int[SIZE];
        private final int[] odds = new int[SIZE];
        private final ByteBuffer bytes =
                ByteBuffer.allocateDirect(SIZE * Float.BYTES).order(ByteOrder.nativeOrder());
        private final FloatBuffer floats = bytes.asFloatBuffer();
        private final IntBuffer bits = bytes.asIntBuffer();

        /** Splits exponents {@code gs} for {@link Exponential#of}. */
        void split(int n) {
            for (int i = 0; i < n; i++) {
                ks[i] = Exponential.shifted(gs[i]);
            }
            power(n);
        }

        /** Puts into {@code powers} what {@code ks} are the exponents of. */
        void power(int n) {
            floats.put(0, ks, 0, n);
            bits.get(0, evens, 0, n);
            for (int i = 0; i < n; i++) {
                evens[i] <<= Exponential.EXPONENT_BIT;
            }
            bits.put(0, evens, 0, n);
            floats.get(0, powers, 0, n);
        }

        /**
         * Copies n elements of a tensor's memory from {@code first} on, which is even; of bfloat16
         * first each second one, then the others.
         *
         * @param values room for them. Modified.
         */
        void load(OneDnnTensor from, int first, float[] values, int n) {
            int half = n / 2;
            if (from.dtype() == DType.FLOAT32) {
                from.get(first, values, n);
                return;
            }
            from.pairs().get(first / 2, odds, 0, half);
            for (int i = 0; i < half; i++) {
                evens[i] = odds[i] << HALF;
            }
            for (int i = 0; i < half; i++) {
                odds[i] &= HIGH;
            }
            bits.put(0, evens, 0, half);
            bits.put(half, odds, 0, half);
            floats.get(0, values, 0, 2 * half);
            if (n % 2 == 1) {
                values[n - 1] = from.get(first + n - 1);
            }
        }

        /**
         * Stores {@code ys} where {@link #load} would have them from. No NaN must have low bits.
         */
        void store(OneDnnTensor to, int first, int n) {
            int half = n / 2;
            if (to.dtype() == DType.FLOAT32) {
                to.set(first, ys, n);
                return;
            }
            floats.put(0, ys, 0, 2 * half);
            bits.get(0, evens, 0, half);
            bits.get(half, odds, 0, half);
            for (int i = 0; i < half; i++) {
                evens[i] = (evens[i] + BELOW_TIE + (evens[i] >>> HALF & 1)) >>> HALF;
            }
            for (int i = 0; i < half; i++) {
                odds[i] = ((odds[i] + BELOW_TIE + (odds[i] >>> HALF & 1)) & HIGH) | evens[i];
            }
            to.pairs().put(first / 2, odds, 0, half);
            if (n % 2 == 1) {
                to.set(first + n - 1, ys[n - 1]);
            }
        }
    }
}
