package io.retrograd.backend.reference;

import io.retrograd.operation.ConvolutionSpec;
import org.jspecify.annotations.Nullable;

/**
 * The three loop nests of a convolution, for it and for the transposed convolution.
 *
 * <pre>
 *   x (N, C, A, H, W)    w (K, C/groups, ...)    y (N, K, ...)    lower ranks: leading sizes are 1
 *
 *   for n, k, c, r, s, o:    i = o·stride + r·dilation − padding
 *
 *     correlate   y[n,k,o] += w[k,c,r] · x[n,c,i]
 *     spread      x[n,c,i] += w[k,c,r] · y[n,k,o]
 *     weights     w[k,c,r] += y[n,k,o] · x[n,c,i]
 * </pre>
 *
 * o, r and i stand for one index a spatial dimension. Each call makes one plane, or all weights of
 * one channel k, from start to end, so the calls of a pass may run at the same time.
 */
final class ConvolutionLoops {
    private enum Pass {
        CORRELATE,
        SPREAD,
        WEIGHTS
    }

    private final ConvolutionAxis depth;
    private final ConvolutionAxis height;
    private final ConvolutionAxis width;
    private final int samples;
    private final int xChannels;
    private final int yChannels;
    private final int xGroup;
    private final int yGroup;
    private final int xPlane;
    private final int yPlane;
    private final int kernel;

    /** Sums over the channels of x, and over those of y, in a group. */
    private final RowProducts overX;

    private final RowProducts overY;

    /** Whether whole rows that follow each other in y do so in x, and so are one row. */
    private final boolean oneLongRow;

    ConvolutionLoops(
            ConvolutionSpec spec, ReferenceTensor x, ReferenceTensor w, ReferenceTensor y) {
        depth = axis(spec, x, w, y, 0);
        height = axis(spec, x, w, y, 1);
        width = axis(spec, x, w, y, 2);
        samples = x.dim(0);
        xChannels = x.dim(1);
        yChannels = y.dim(1);
        xGroup = xChannels / spec.groups();
        yGroup = yChannels / spec.groups();
        xPlane = x.size() / (samples * xChannels);
        yPlane = y.size() / (samples * yChannels);
        kernel = w.size() / (yChannels * xGroup);
        int step = width.stride();
        oneLongRow = step == 1 && height.stride() == 1 && width.in() == width.out();
        overX = new RowProducts(xGroup, xPlane, step, /* wPitch= */ kernel, /* yStep= */ 1);
        overY = new RowProducts(yGroup, yPlane, /* step= */ 1, xGroup * kernel, step);
    }

    private static ConvolutionAxis axis(
            ConvolutionSpec spec,
            ReferenceTensor x,
            ReferenceTensor w,
            ReferenceTensor y,
            int axis) {
        int i = axis - 3 + spec.dims();
        return i < 0
                ? ConvolutionAxis.single()
                : new ConvolutionAxis(
                        x.dim(i + 2),
                        y.dim(i + 2),
                        w.dim(i + 2),
                        spec.stride().get(i),
                        spec.padding().get(i),
                        spec.dilation().get(i));
    }

    /** Planes of x: N·C. */
    int xPlanes() {
        return samples * xChannels;
    }

    /** Planes of y: N·K. */
    int yPlanes() {
        return samples * yChannels;
    }

    /** Channels of y: K. */
    int yChannels() {
        return yChannels;
    }

    /**
     * Makes plane n·K + k of y.
     *
     * @param y Modified.
     */
    void correlate(
            int plane,
            ReferenceTensor x,
            ReferenceTensor w,
            @Nullable ReferenceTensor b,
            ReferenceTensor y) {
        int n = plane / yChannels;
        int k = plane % yChannels;
        y.fill(plane * yPlane, yPlane, b == null ? 0 : b.get(k));
        kernel(Pass.CORRELATE, x, xOfGroup(n, k), w, k * xGroup, y, plane);
    }

    /**
     * Makes plane n·C + c of x.
     *
     * @param x Modified.
     */
    void spread(
            int plane,
            ReferenceTensor y,
            ReferenceTensor w,
            @Nullable ReferenceTensor b,
            ReferenceTensor x) {
        int n = plane / xChannels;
        int c = plane % xChannels;
        int k = c / xGroup * yGroup;
        x.fill(plane * xPlane, xPlane, b == null ? 0 : b.get(c));
        kernel(Pass.SPREAD, x, plane, w, k * xGroup + c % xGroup, y, n * yChannels + k);
    }

    /**
     * Makes all weights of channel k.
     *
     * @param w Modified.
     */
    void weights(int k, ReferenceTensor x, ReferenceTensor y, ReferenceTensor w) {
        w.fill(k * xGroup * kernel, xGroup * kernel, 0);
        for (int n = 0; n < samples; n++) {
            kernel(Pass.WEIGHTS, x, xOfGroup(n, k), w, k * xGroup, y, n * yChannels + k);
        }
    }

    /** The first plane of x in sample n that channel k of y sees. */
    private int xOfGroup(int n, int k) {
        return n * xChannels + k / yGroup * xGroup;
    }

    /**
     * Sums all planes of one channel: the gradient of its bias.
     *
     * @param y (N, channels, plane...)
     */
    static double sum(int channel, ReferenceTensor y) {
        int channels = y.dim(1);
        int plane = y.size() / (y.dim(0) * channels);
        double sum = 0;
        for (int n = 0; n < y.dim(0); n++) {
            int start = (n * channels + channel) * plane;
            for (int i = start; i < start + plane; i++) {
                sum += y.get(i);
            }
        }
        return sum;
    }

    /**
     * All kernel elements for one plane of the result: planes of x and y and filters (k, c) of w by
     * number, the first of a group where the pass runs over the group.
     */
    private void kernel(
            Pass pass,
            ReferenceTensor x,
            int xFirst,
            ReferenceTensor w,
            int filter,
            ReferenceTensor y,
            int yFirst) {
        int wi = w.offset() + filter * kernel;
        for (int a = 0; a < depth.kernel(); a++) {
            for (int r = 0; r < height.kernel(); r++) {
                for (int s = 0; s < width.kernel(); s++, wi++) {
                    for (int d = depth.first(a); d < depth.end(a); d++) {
                        int xSlice = xFirst * depth.in() + depth.input(d, a);
                        int ySlice = yFirst * depth.out() + d;
                        slice(pass, x, xSlice, w, wi, r, s, y, ySlice);
                    }
                }
            }
        }
    }

    /** All rows of one (H, W) slice that meet through kernel element (r, s). */
    private void slice(
            Pass pass,
            ReferenceTensor x,
            int xSlice,
            ReferenceTensor w,
            int wi,
            int r,
            int s,
            ReferenceTensor y,
            int ySlice) {
        int o = width.first(s);
        int count = width.end(s) - o;
        int first = height.first(r);
        int end = height.end(r);
        if (oneLongRow && count == width.out()) {
            count *= end - first;
            end = Math.min(end, first + 1);
        }
        double[] xs = x.data();
        double[] ws = w.data();
        double[] ys = y.data();
        for (int h = first; h < end; h++) {
            int xRow = xSlice * height.in() + height.input(h, r);
            int xi = x.offset() + xRow * width.in() + width.input(o, s);
            int yi = y.offset() + (ySlice * height.out() + h) * width.out() + o;
            switch (pass) {
                case CORRELATE -> overX.combine(ys, yi, ws, wi, xs, xi, count);
                case SPREAD -> overY.combine(xs, xi, ws, wi, ys, yi, count);
                case WEIGHTS -> overX.correlate(ys, yi, ws, wi, xs, xi, count);
            }
        }
    }
}
