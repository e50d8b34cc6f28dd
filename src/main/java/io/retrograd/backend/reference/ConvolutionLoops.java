package io.retrograd.backend.reference;

import io.retrograd.backend.ConvolutionSpec;
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
        for (int c = 0; c < xGroup; c++) {
            int channel = n * xChannels + k / yGroup * xGroup + c;
            kernel(Pass.CORRELATE, x, channel, w, k * xGroup + c, y, plane);
        }
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
        int group = c / xGroup;
        x.fill(plane * xPlane, xPlane, b == null ? 0 : b.get(c));
        for (int k = group * yGroup; k < (group + 1) * yGroup; k++) {
            kernel(Pass.SPREAD, x, plane, w, k * xGroup + c % xGroup, y, n * yChannels + k);
        }
    }

    /**
     * Makes all weights of channel k.
     *
     * @param w Modified.
     */
    void weights(int k, ReferenceTensor x, ReferenceTensor y, ReferenceTensor w) {
        w.fill(k * xGroup * kernel, xGroup * kernel, 0);
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < xGroup; c++) {
                int channel = n * xChannels + k / yGroup * xGroup + c;
                kernel(Pass.WEIGHTS, x, channel, w, k * xGroup + c, y, n * yChannels + k);
            }
        }
    }

    /**
     * Sums each plane of one channel: the gradient of its bias.
     *
     * @param y (N, channels, plane...)
     */
    static double sum(int channel, ReferenceTensor y) {
        int channels = y.dim(1);
        int plane = y.size() / (y.dim(0) * channels);
        double sum = 0;
        for (int n = 0; n < y.dim(0); n++) {
            sum += y.sum((n * channels + channel) * plane, plane);
        }
        return sum;
    }

    /** One plane of x, one kernel of w and one plane of y, each by its number. */
    private void kernel(
            Pass pass,
            ReferenceTensor x,
            int channel,
            ReferenceTensor w,
            int filter,
            ReferenceTensor y,
            int plane) {
        int i = filter * kernel;
        for (int a = 0; a < depth.kernel(); a++) {
            for (int r = 0; r < height.kernel(); r++) {
                for (int s = 0; s < width.kernel(); s++, i++) {
                    double sum = rows(pass, x, channel, w.get(i), a, r, s, y, plane);
                    if (pass == Pass.WEIGHTS) {
                        w.add(i, sum);
                    }
                }
            }
        }
    }

    /** All pairs of elements that meet through kernel element (a, r, s); their sum for WEIGHTS. */
    private double rows(
            Pass pass,
            ReferenceTensor x,
            int channel,
            double weight,
            int a,
            int r,
            int s,
            ReferenceTensor y,
            int plane) {
        int step = width.stride();
        int o = width.first(s);
        int count = width.end(s) - o;
        double sum = 0;
        for (int d = depth.first(a); d < depth.end(a); d++) {
            int slice = channel * depth.in() + depth.input(d, a);
            for (int h = height.first(r); h < height.end(r); h++) {
                int xi =
                        (slice * height.in() + height.input(h, r)) * width.in() + width.input(o, s);
                int yi = ((plane * depth.out() + d) * height.out() + h) * width.out() + o;
                switch (pass) {
                    case CORRELATE -> y.addProduct(yi, 1, weight, x, xi, step, count);
                    case SPREAD -> x.addProduct(xi, step, weight, y, yi, 1, count);
                    case WEIGHTS -> sum += y.dot(yi, 1, x, xi, step, count);
                }
            }
        }
        return sum;
    }
}
