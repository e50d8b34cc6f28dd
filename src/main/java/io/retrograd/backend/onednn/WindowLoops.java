package io.retrograd.backend.onednn;

import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums over windows of row-major tensors, plane by plane, added up in float64.
 *
 * <pre>
 *   image (N, G*C, spatial...)    w (G*K, C, kernel...)    places (N, G*K, spatial...)
 *
 *   gather:    places[n,k,o] = sum of image[n,c,at(o,j)] w[k,c,j]   over c, j
 *   scatter:   image[n,c,i]  = sum of places[n,k,o] w[k,c,j]        over k, o, j with at(o,j) = i
 *   correlate: w[k,c,j]      = sum of places[n,k,o] image[n,c,at(o,j)]   over n, o
 * </pre>
 */
final class WindowLoops {
    private static final int AXES = 3;

    private final Shape image;
    private final Shape places;
    private final int channels;
    private final int kernels;

    /** Where the j-th element of a window lies along each axis, for each place; -1 if nowhere. */
    private final int[][][] at = new int[AXES][][];

    private final int window;
    private final float[] elements;
    private final float[] values;
    private final double[] elementSums;
    private final double[] valueSums;
    private double factor;
    private final Visit gather;
    private final Visit scatter;
    private final Visit correlate;

    WindowLoops(Windows windows, int groups) {
        image = windows.image();
        places = windows.places();
        channels = image.dim(1) / groups;
        kernels = places.dim(1) / groups;
        elements = new float[plane(image)];
        values = new float[plane(places)];
        elementSums = new double[elements.length];
        valueSums = new double[values.length];
        for (int i = 0; i < AXES; i++) {
            int axis = i - AXES + windows.kernel().size();
            at[i] = axis < 0 ? new int[][] {{0}} : positions(windows, axis);
        }
        window = at[0].length * at[1].length * at[2].length;
        gather = (place, i) -> valueSums[place] += factor * elements[i];
        scatter = (place, i) -> elementSums[i] += factor * values[place];
        correlate = (place, i) -> factor += (double) values[place] * elements[i];
    }

    private static int[][] positions(Windows windows, int axis) {
        int[][] table = new int[windows.kernel().get(axis)][windows.places().dim(axis + 2)];
        for (int j = 0; j < table.length; j++) {
            for (int o = 0; o < table[j].length; o++) {
                table[j][o] = windows.at(axis, o, j);
            }
        }
        return table;
    }

    /** Takes an element of a window. */
    @FunctionalInterface
    private interface Visit {
        /** The numbers of the window's place and of the image's element in their planes. */
        void at(int place, int element);
    }

    /** The last change of a sum before it is stored: {@code max(0, sum + b + addend)}. */
    record Then(@Nullable OneDnnTensor b, @Nullable OneDnnTensor addend, boolean relu) {
        static final Then NOTHING = new Then(null, null, /* relu= */ false);

        private double of(double sum, int channel, int element) {
            double z = sum + (b == null ? 0 : b.get(channel));
            z += addend == null ? 0 : addend.get(element);
            return relu ? Math.max(0, z) : z;
        }
    }

    void gather(OneDnnTensor from, OneDnnTensor w, OneDnnTensor to, Then then) {
        for (int row = 0; row < rows(places); row++) {
            Arrays.fill(valueSums, 0);
            for (int c = 0; c < channels; c++) {
                load(from, imageRow(row, c), elements);
                for (int j = 0; j < window; j++) {
                    factor = w.get(weight(row, c) + j);
                    each(j, gather);
                }
            }
            store(valueSums, values, to, row, row % places.dim(1), then);
        }
    }

    void scatter(OneDnnTensor from, OneDnnTensor w, OneDnnTensor to, Then then) {
        for (int row = 0; row < rows(image); row++) {
            Arrays.fill(elementSums, 0);
            for (int k = 0; k < kernels; k++) {
                int place = row / channels * kernels + k;
                load(from, place, values);
                for (int j = 0; j < window; j++) {
                    factor = w.get(weight(place, row % channels) + j);
                    each(j, scatter);
                }
            }
            store(elementSums, elements, to, row, row % image.dim(1), then);
        }
    }

    void correlate(OneDnnTensor from, OneDnnTensor with, OneDnnTensor dw) {
        for (int k = 0; k < places.dim(1); k++) {
            for (int c = 0; c < channels; c++) {
                for (int j = 0; j < window; j++) {
                    factor = 0;
                    for (int row = k; row < rows(places); row += places.dim(1)) {
                        load(with, row, values);
                        load(from, imageRow(row, c), elements);
                        each(j, correlate);
                    }
                    dw.set(weight(k, c) + j, factor);
                }
            }
        }
    }

    /**
     * The sum of each channel.
     *
     * @param overImage whether dz is the image's, and not the places'
     */
    void sums(OneDnnTensor dz, boolean overImage, OneDnnTensor db) {
        Shape shape = overImage ? image : places;
        float[] plane = overImage ? elements : values;
        for (int k = 0; k < shape.dim(1); k++) {
            double sum = 0;
            for (int row = k; row < rows(shape); row += shape.dim(1)) {
                load(dz, row, plane);
                for (float value : plane) {
                    sum += value;
                }
            }
            db.set(k, sum);
        }
    }

    /** The plane of the image that channel c of a plane of places is in, in the same group. */
    private int imageRow(int row, int c) {
        return row / kernels * channels + c;
    }

    /** Where w has what a plane of places takes of channel c. */
    private int weight(int row, int c) {
        return (row % places.dim(1) * channels + c) * window;
    }

    private void each(int j, Visit visit) {
        int[] last = at[2][j % at[2].length];
        int height = size(image, 1);
        int width = size(image, 2);
        int place = 0;
        for (int d : at[0][j / at[2].length / at[1].length]) {
            for (int h : at[1][j / at[2].length % at[1].length]) {
                int line = d < 0 || h < 0 ? -1 : (d * height + h) * width;
                for (int i = 0; i < last.length; i++, place++) {
                    if (line >= 0 && last[i] >= 0) {
                        visit.at(place, line + last[i]);
                    }
                }
            }
        }
    }

    /** The size of one of three axes, the last ones that there are. */
    private static int size(Shape shape, int axis) {
        int i = axis - AXES + shape.rank();
        return i < 2 ? 1 : shape.dim(i);
    }

    private static int plane(Shape shape) {
        return Math.toIntExact(shape.tail(2).size());
    }

    private static int rows(Shape shape) {
        return Math.multiplyExact(shape.dim(0), shape.dim(1));
    }

    private static void load(OneDnnTensor from, int row, float[] plane) {
        from.get(row * plane.length, plane, plane.length);
    }

    private static void store(
            double[] sums, float[] plane, OneDnnTensor to, int row, int channel, Then then) {
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (float) then.of(sums[i], channel, row * plane.length + i);
        }
        to.set(row * plane.length, plane, plane.length);
    }
}
