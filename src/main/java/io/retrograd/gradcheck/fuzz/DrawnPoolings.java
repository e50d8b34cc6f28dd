package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AdaptiveAvgPool3d;
import io.retrograd.layer.AdaptiveMaxPool1d;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.AdaptiveMaxPool3d;
import io.retrograd.layer.AveragePooling;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.MaxPooling;
import io.retrograd.layer.Pooling;

/**
 * Draws poolings: windows beyond the input, steps beyond the window, windows in the padding.
 *
 * @param dims 1, 2 or 3 spatial dimensions
 * @param elements how many the input has at most
 */
public record DrawnPoolings(Draw draw, int dims, int elements) {
    private static final int LARGEST = 5;
    private static final int LONGEST = 13;

    /** A maximum of each window. */
    public DrawnLayer maximum() {
        int[] kernel = kernel();
        return drawn(
                switch (dims) {
                    case 1 -> maximum(new MaxPool1d(kernel));
                    case 2 -> maximum(new MaxPool2d(kernel));
                    default -> maximum(new MaxPool3d(kernel));
                });
    }

    /** A mean of each window. */
    public DrawnLayer average() {
        int[] kernel = kernel();
        return drawn(
                switch (dims) {
                    case 1 -> average(new AvgPool1d(kernel));
                    case 2 -> average(new AvgPool2d(kernel));
                    default -> average(new AvgPool3d(kernel));
                });
    }

    /** A maximum of each of as many windows as are asked for. */
    public DrawnLayer adaptiveMaximum() {
        int[] out = out();
        return drawn(
                switch (dims) {
                    case 1 -> new AdaptiveMaxPool1d(out);
                    case 2 -> new AdaptiveMaxPool2d(out);
                    default -> new AdaptiveMaxPool3d(out);
                });
    }

    /** A mean of each of them. */
    public DrawnLayer adaptiveAverage() {
        int[] out = out();
        return drawn(
                switch (dims) {
                    case 1 -> new AdaptiveAvgPool1d(out);
                    case 2 -> new AdaptiveAvgPool2d(out);
                    default -> new AdaptiveAvgPool3d(out);
                });
    }

    private <L extends MaxPooling<L>> L maximum(L layer) {
        int[] dilation = draw.once(4) ? draw.each(dims, 1, 3) : Draw.same(dims, 1);
        return settings(layer.dilation(dilation));
    }

    private <L extends AveragePooling<L>> L average(L layer) {
        return settings(layer.countIncludePad(draw.once(2)));
    }

    private <L extends Pooling<L>> L settings(L layer) {
        int[] stride = draw.once(2) ? draw.each(dims, 1, 4) : Draw.same(dims, draw.between(1, 3));
        int[] padding = draw.once(2) ? draw.each(dims, 0, 2) : new int[dims];
        return layer.stride(stride).padding(padding).ceilMode(draw.once(3));
    }

    private int[] kernel() {
        return draw.once(2)
                ? draw.each(dims, 1, LARGEST)
                : Draw.same(dims, draw.between(1, LARGEST));
    }

    private int[] out() {
        return draw.once(2) ? draw.each(dims, 1, 6) : Draw.same(dims, draw.between(1, 6));
    }

    private DrawnLayer drawn(Layer layer) {
        return new DrawnLayer(layer, DrawnShapes.of(draw, elements, draw.each(dims, 1, LONGEST)));
    }
}
