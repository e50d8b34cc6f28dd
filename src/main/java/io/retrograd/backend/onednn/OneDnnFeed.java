package io.retrograd.backend.onednn;

import io.retrograd.tensor.Feed;

/** Writes floats and pixels without doubles on the way. */
final class OneDnnFeed extends Feed {
    private static final int LEVELS = 256;

    private final OneDnnTensor tensor;

    /** What each byte stands for. */
    private final float[] levels = new float[LEVELS];

    /** The byte that stands for 1; 0 before the first pixels. */
    private int largest;

    private float[] floats = {};

    OneDnnFeed(OneDnnTensor tensor) {
        super(tensor);
        this.tensor = tensor;
    }

    @Override
    protected void put(double[] values) {
        tensor.checkOpen();
        Transfer.write(tensor, values);
    }

    @Override
    protected void put(float[] values) {
        tensor.checkOpen();
        Transfer.write(tensor, values);
    }

    @Override
    protected void put(byte[] pixels, int largest) {
        if (this.largest != largest) {
            this.largest = largest;
            for (int i = 0; i < LEVELS; i++) {
                levels[i] = (float) (i / (double) largest);
            }
        }
        if (floats.length != pixels.length) {
            floats = new float[pixels.length];
        }
        for (int i = 0; i < pixels.length; i++) {
            floats[i] = levels[Byte.toUnsignedInt(pixels[i])];
        }
        put(floats);
    }
}
