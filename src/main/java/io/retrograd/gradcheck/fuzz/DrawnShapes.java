package io.retrograd.gradcheck.fuzz;

import io.retrograd.tensor.Shape;

/** Draws shapes of inputs: 1, odd and prime sizes, and such as lie beside those of blocks. */
final class DrawnShapes {
    private static final int[] BATCHES = {1, 1, 2, 3, 5};
    private static final int[] CHANNELS = {1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33};
    private static final int[] ROWS = {1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 257};

    private DrawnShapes() {}

    /** A batch of some channels of these sizes, which get smaller where there are too many. */
    static Shape of(Draw draw, int elements, int... sizes) {
        return with(draw, elements, draw.of(CHANNELS), sizes);
    }

    /** The same with a number of channels. */
    static Shape with(Draw draw, int elements, int channels, int... sizes) {
        int batch = draw.of(BATCHES);
        draw.fit(sizes, Math.max(1, elements / (batch * channels)));
        int[] shape = new int[sizes.length + 2];
        shape[0] = batch;
        shape[1] = channels;
        System.arraycopy(sizes, 0, shape, 2, sizes.length);
        return Shape.of(shape);
    }

    /** A shape of 2 to 5 dimensions; every third of two alone, of which the second may be long. */
    static Shape any(Draw draw, int elements) {
        if (draw.once(3)) {
            int[] sizes = {draw.of(ROWS), draw.of(ROWS)};
            draw.fit(sizes, elements);
            return Shape.of(sizes);
        }
        return of(draw, elements, draw.each(draw.between(0, 3), 1, 7));
    }
}
