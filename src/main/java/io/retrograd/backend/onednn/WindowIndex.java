package io.retrograd.backend.onednn;

import io.retrograd.tensor.Shape;
import java.util.Arrays;

/**
 * Pairs each element of an image with its places and weights, one by one.
 *
 * <p>Images and places are (N, channels, spatial...), weights (K, C/groups, kernel...), with K the
 * channels of places and C those of the image.
 */
final class WindowIndex {
    private static final int[] NOWHERE = {};

    private final Windows windows;
    private final int groups;
    private final boolean transposed;
    private final int channels;
    private final int kernels;
    private final Shape weights;

    WindowIndex(Windows windows, int groups, boolean transposed) {
        this.windows = windows;
        this.groups = groups;
        this.transposed = transposed;
        channels = windows.image().dim(1) / groups;
        kernels = windows.places().dim(1) / groups;
        int[] sizes = new int[2 + windows.kernel().size()];
        sizes[0] = windows.places().dim(1);
        sizes[1] = channels;
        for (int i = 2; i < sizes.length; i++) {
            sizes[i] = windows.kernel().get(i - 2);
        }
        weights = Shape.of(sizes);
    }

    Shape image() {
        return windows.image();
    }

    Shape places() {
        return windows.places();
    }

    Shape weights() {
        return weights;
    }

    /** The number of products that an element, of places or of the image, is a sum of. */
    int products(boolean ofPlace) {
        long window = weights.size() / weights.dim(0) / channels;
        return (int) Math.min(Integer.MAX_VALUE, window * (ofPlace ? channels : kernels));
    }

    /** Takes an element and the weight that multiplies it, as they are stored. */
    @FunctionalInterface
    interface Pair {
        /** The index of each. */
        void at(int[] index, int[] weight);
    }

    /** All elements of the image that a place is a sum of. */
    void eachOfPlace(int[] place, Pair pair) {
        int[] weight = new int[weights.rank()];
        weight[0] = place[1];
        do {
            int[] element = element(place, weight);
            if (element.length > 0) {
                pair.at(element, stored(weight));
            }
        } while (next(weight, 1));
    }

    /** All places that an element of the image contributes to. */
    void eachOfElement(int[] element, Pair pair) {
        int[] weight = new int[weights.rank()];
        int group = element[1] / channels;
        for (int k = group * kernels; k < (group + 1) * kernels; k++) {
            Arrays.fill(weight, 0);
            weight[0] = k;
            weight[1] = element[1] % channels;
            do {
                int[] place = place(element, weight);
                if (place.length > 0) {
                    pair.at(place, stored(weight));
                }
            } while (next(weight, 2));
        }
    }

    /** The element that a place multiplies by a weight; empty if there is none. */
    int[] element(int[] place, int[] weight) {
        if (place[1] != weight[0]) {
            return NOWHERE;
        }
        int[] element = new int[place.length];
        element[0] = place[0];
        element[1] = place[1] / kernels * channels + weight[1];
        for (int i = 2; i < element.length; i++) {
            element[i] = windows.at(i - 2, place[i], weight[i]);
            if (element[i] < 0) {
                return NOWHERE;
            }
        }
        return element;
    }

    private int[] place(int[] element, int[] weight) {
        int[] place = new int[element.length];
        place[0] = element[0];
        place[1] = weight[0];
        for (int i = 2; i < place.length; i++) {
            int axis = i - 2;
            long from =
                    (long) element[i]
                            + windows.padding().get(axis)
                            - (long) weight[i] * windows.dilation().get(axis);
            int stride = windows.stride().get(axis);
            if (from < 0 || from % stride != 0 || from / stride >= windows.places().dim(i)) {
                return NOWHERE;
            }
            place[i] = (int) (from / stride);
        }
        return place;
    }

    /** The index in oneDNN's order, with groups first where there are several. */
    int[] stored(int[] weight) {
        int first = groups == 1 ? 0 : 1;
        int[] stored = new int[weight.length + first];
        stored[0] = weight[0] / kernels;
        stored[first] = transposed ? weight[1] : weight[0] % kernels;
        stored[first + 1] = transposed ? weight[0] % kernels : weight[1];
        System.arraycopy(weight, 2, stored, first + 2, weight.length - 2);
        return stored;
    }

    /** Goes on to the next weight by its dimensions from one on; false behind the last. */
    private boolean next(int[] weight, int first) {
        for (int i = weight.length - 1; i >= first; i--) {
            if (++weight[i] < weights.dim(i)) {
                return true;
            }
            weight[i] = 0;
        }
        return false;
    }
}
