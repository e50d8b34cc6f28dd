package io.retrograd.backend.reference;

/**
 * One spatial dimension of a convolution: which outputs meet an input through which kernel element.
 *
 * <p>Output o meets input {@code i = o·stride + r·dilation − padding} through kernel element r. For
 * each r the outputs whose i lies inside the input are the ones from {@link #first} up to {@link
 * #end}, so no loop asks again.
 */
final class ConvolutionAxis {
    private final int in;
    private final int out;
    private final int stride;
    private final int[] first;
    private final int[] end;
    private final int[] input;

    ConvolutionAxis(int in, int out, int kernel, int stride, int padding, int dilation) {
        this.in = in;
        this.out = out;
        this.stride = stride;
        first = new int[kernel];
        end = new int[kernel];
        input = new int[kernel];
        for (int r = 0; r < kernel; r++) {
            long shift = (long) r * dilation - padding;
            long from = Math.max(0, -Math.floorDiv(shift, (long) stride));
            long to = Math.min(out, Math.floorDiv(in - 1 - shift, (long) stride) + 1);
            if (from < to) {
                first[r] = (int) from;
                end[r] = (int) to;
                input[r] = (int) (from * stride + shift);
            }
        }
    }

    /** A dimension of size 1 under a kernel of size 1: what lower ranks lack. */
    static ConvolutionAxis single() {
        return new ConvolutionAxis(1, 1, 1, 1, 0, 1);
    }

    /** Size of x. */
    int in() {
        return in;
    }

    /** Size of y. */
    int out() {
        return out;
    }

    /** Size of w. */
    int kernel() {
        return first.length;
    }

    int stride() {
        return stride;
    }

    /** First output that meets an input through r. */
    int first(int r) {
        return first[r];
    }

    /** One past the last output that meets an input through r; {@code first(r)} or 0 if none. */
    int end(int r) {
        return end[r];
    }

    /** The input that output o, from {@code first(r)} up to {@code end(r)}, meets through r. */
    int input(int o, int r) {
        return input[r] + (o - first[r]) * stride;
    }
}
