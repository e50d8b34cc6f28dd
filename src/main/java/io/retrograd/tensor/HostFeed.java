package io.retrograd.tensor;

/** For devices that copy from arrays of doubles. */
final class HostFeed extends Feed {
    private final Tensor tensor;

    /** Of what is no double; empty until there is some. */
    private double[] wide = new double[0];

    HostFeed(Tensor tensor) {
        super(tensor);
        this.tensor = tensor;
    }

    @Override
    protected void put(double[] values) {
        tensor.write(values);
    }

    @Override
    protected void put(float[] values) {
        double[] all = room(values.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        tensor.write(all);
    }

    @Override
    protected void put(byte[] pixels, int largest) {
        double[] all = room(pixels.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = Byte.toUnsignedInt(pixels[i]) / (double) largest;
        }
        tensor.write(all);
    }

    private double[] room(int count) {
        if (wide.length != count) {
            wide = new double[count];
        }
        return wide;
    }
}
