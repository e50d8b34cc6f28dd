package io.retrograd.backend.onednn;

/**
 * A function of one number and its derivative, of many numbers at once, in float32, to a few units
 * in the last place.
 *
 * <p>Loops are short and branch-free, for the JIT compiler to compute as many elements at once as a
 * vector register holds. Exponentials are oneDNN's: {@code e = e^g} of a g that {@link #exponent}
 * finds.
 */
interface Curve {
    /** max(0, x) times this is 1 or more for every x above 0 that is not below 1e-38. */
    float STEEP = 0x1p126f;

    /** Whether there is an exponential in it. */
    default boolean exponential() {
        return false;
    }

    /** Puts g of the first n numbers in {@code room.xs} into {@code room.es}. */
    default void exponent(Room room, int n) {
        throw new UnsupportedOperationException(this + " has no exponential");
    }

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

    /** What one thread computes a chunk of numbers in; small enough for a core's own cache. */
    final class Room {
        static final int SIZE = 1024;

        final float[] xs = new float[SIZE];
        final float[] es = new float[SIZE];
        final float[] ys = new float[SIZE];
        final float[] dys = new float[SIZE];

        /** For what is computed on the way. */
        final float[] ts = new float[SIZE];
    }
}
