package io.retrograd.backend.reference;

import io.retrograd.layer.Pooling;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random pooling, and its windows as lists of positions, those outside the input included. */
final class Windows {
    final int samples;
    final int channels;
    final int[] in;
    final int[] kernel;
    final int[] stride;
    final int[] padding;
    final int[] dilation;
    final boolean ceilMode;

    private Windows(int dims, boolean dilated, Random random) {
        samples = 1 + random.nextInt(3);
        channels = 1 + random.nextInt(3);
        kernel = random.ints(dims, 1, 6).toArray();
        stride = random.ints(dims, 1, 5).toArray();
        dilation = random.ints(dims, 1, dilated ? 4 : 2).toArray();
        padding = new int[dims];
        in = new int[dims];
        for (int i = 0; i < dims; i++) {
            padding[i] = random.nextInt(kernel[i] / 2 + 1);
            int extent = dilation[i] * (kernel[i] - 1) + 1;
            in[i] = Math.max(1, extent - 2 * padding[i]) + random.nextInt(dims == 1 ? 13 : 6);
        }
        ceilMode = random.nextBoolean();
    }

    static Windows random(int dims, boolean dilated, Random random) {
        return new Windows(dims, dilated, random);
    }

    <L extends Pooling<L>> L set(L layer) {
        return layer.stride(stride).padding(padding).ceilMode(ceilMode);
    }

    Shape inputShape() {
        return Shape.of(in).batch(channels).batch(samples);
    }

    /** For each output, row-major, the positions of its window, row-major. */
    List<List<int[]>> windows() {
        List<List<int[]>> windows = List.of(List.of(new int[0]));
        for (int d = 0; d < in.length; d++) {
            windows = product(windows, windows(d));
        }
        return windows;
    }

    /** Windows of the dimensions so far, each with every window of one more dimension. */
    static List<List<int[]>> product(List<List<int[]>> windows, List<List<Integer>> next) {
        List<List<int[]>> product = new ArrayList<>();
        for (List<int[]> window : windows) {
            for (List<Integer> range : next) {
                List<int[]> positions = new ArrayList<>();
                for (int[] position : window) {
                    for (int p : range) {
                        int[] longer = Arrays.copyOf(position, position.length + 1);
                        longer[position.length] = p;
                        positions.add(longer);
                    }
                }
                product.add(positions);
            }
        }
        return product;
    }

    /**
     * Windows are taken while they fit, or with ceil mode while they start inside and add to it.
     */
    private List<List<Integer>> windows(int d) {
        List<List<Integer>> windows = new ArrayList<>();
        int extent = dilation[d] * (kernel[d] - 1) + 1;
        int end = in[d] + padding[d];
        int start = -padding[d];
        boolean reached = false;
        while (ceilMode ? start < in[d] && !reached : start + extent <= end) {
            List<Integer> positions = new ArrayList<>();
            for (int r = 0; r < kernel[d]; r++) {
                positions.add(start + r * dilation[d]);
            }
            windows.add(positions);
            reached = start + extent >= end;
            start += stride[d];
        }
        return windows;
    }

    /** The flat index of a position, or −1 outside the input. */
    int index(int[] position) {
        int index = 0;
        for (int d = 0; d < in.length; d++) {
            if (position[d] < 0 || position[d] >= in[d]) {
                return -1;
            }
            index = index * in[d] + position[d];
        }
        return index;
    }

    /** Whether a position lies in the padded input. */
    boolean padded(int[] position) {
        for (int d = 0; d < in.length; d++) {
            if (position[d] < -padding[d] || position[d] >= in[d] + padding[d]) {
                return false;
            }
        }
        return true;
    }
}
