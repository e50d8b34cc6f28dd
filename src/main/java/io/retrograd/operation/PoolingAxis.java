package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * One spatial dimension of a pooling: the window of each output, clipped to the input.
 *
 * <p>Output o sees {@link #count} inputs, the j-th of them at {@link #input}; no loop meets a
 * position outside the input, however large kernel and padding are.
 */
public final class PoolingAxis {
    private final int in;
    private final int step;
    private final int[] first;
    private final int[] count;
    private final long[] extent;

    private PoolingAxis(int in, int out, int step) {
        this.in = in;
        this.step = step;
        first = new int[out];
        count = new int[out];
        extent = new long[out];
    }

    /**
     * The three dimensions of x (N, C, in...) and y (N, C, out...); those that lack have size 1.
     */
    public static PoolingAxis[] all(PoolingSpec spec, Shape x, Shape y) {
        PoolingAxis[] axes = new PoolingAxis[3];
        for (int axis = 0; axis < 3; axis++) {
            int i = axis - 3 + spec.dims();
            axes[axis] = i < 0 ? adaptive(1, 1) : sliding(spec, i, x.dim(i + 2), y.dim(i + 2));
        }
        return axes;
    }

    /** As {@link #all}, for windows that divide x among the elements of y. */
    public static PoolingAxis[] allAdaptive(Shape x, Shape y) {
        PoolingAxis[] axes = new PoolingAxis[3];
        for (int axis = 0; axis < 3; axis++) {
            int i = axis - 3 + x.rank();
            axes[axis] = i < 2 ? adaptive(1, 1) : adaptive(x.dim(i), y.dim(i));
        }
        return axes;
    }

    private static PoolingAxis sliding(PoolingSpec spec, int i, int in, int out) {
        PoolingAxis axis = new PoolingAxis(in, out, spec.dilation().get(i));
        long padding = spec.padding().get(i);
        for (int o = 0; o < out; o++) {
            long start = (long) o * spec.stride().get(i) - padding;
            long stop = start + (long) axis.step * (spec.kernel().get(i) - 1) + 1;
            long skipped = Math.max(0, -Math.floorDiv(start, (long) axis.step));
            long first = start + skipped * axis.step;
            long count = -Math.floorDiv(first - Math.min(in, stop), (long) axis.step);
            if (count > 0) {
                axis.first[o] = (int) first;
                axis.count[o] = (int) count;
            }
            axis.extent[o] = Math.min(in + padding, stop) - start;
        }
        return axis;
    }

    private static PoolingAxis adaptive(int in, int out) {
        PoolingAxis axis = new PoolingAxis(in, out, /* step= */ 1);
        for (int o = 0; o < out; o++) {
            axis.first[o] = (int) ((long) o * in / out);
            axis.count[o] = (int) (-Math.floorDiv(-(o + 1L) * in, (long) out) - axis.first[o]);
            axis.extent[o] = axis.count[o];
        }
        return axis;
    }

    /** Size of x. */
    public int in() {
        return in;
    }

    /** Size of y. */
    public int out() {
        return first.length;
    }

    /** Inputs in output o's window. */
    public int count(int o) {
        return count[o];
    }

    /** The j-th input of output o's window. */
    public int input(int o, int j) {
        return first[o] + j * step;
    }

    /**
     * What each output's mean takes of its inputs.
     *
     * @param countIncludePad whether positions in the padded input count, and not those in the
     *     input
     */
    public SamplingAxis.Taps taps(boolean countIncludePad) {
        List<List<SamplingAxis.Taps.Tap>> taps = new ArrayList<>();
        for (int o = 0; o < out(); o++) {
            double share = 1.0 / (countIncludePad ? extent[o] : count[o]);
            List<SamplingAxis.Taps.Tap> of = new ArrayList<>();
            for (int j = 0; j < count[o]; j++) {
                of.add(new SamplingAxis.Taps.Tap(input(o, j), share));
            }
            taps.add(of);
        }
        return new SamplingAxis.Taps(taps);
    }

    /** What each input's gradient takes of the outputs whose means have it. */
    public SamplingAxis.Taps readers(boolean countIncludePad) {
        return taps(countIncludePad).transposed(in);
    }

    /** Positions in output o's window that lie in the padded input. */
    public long extent(int o) {
        return extent[o];
    }
}
