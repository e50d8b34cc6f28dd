package io.retrograd.tensor;

/** For devices that have finished when a call returns. */
final class HostReadout implements Readout {
    private final Tensor tensor;
    private final double[] taken;

    HostReadout(Tensor tensor) {
        this.tensor = tensor;
        taken = new double[Math.toIntExact(tensor.shape().size())];
    }

    @Override
    public void take() {
        tensor.copyTo(taken);
    }

    @Override
    public void give(double[] into) {
        System.arraycopy(taken, 0, into, 0, taken.length);
    }

    @Override
    public void close() {}
}
