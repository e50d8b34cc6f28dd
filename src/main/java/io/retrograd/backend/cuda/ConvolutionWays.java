package io.retrograd.backend.cuda;

import java.util.List;

/** Chooses how each pass of a convolution is computed. */
final class ConvolutionWays {
    private final CudaDevice device;
    private final Descriptors descriptors;
    private final ConvolutionShape shape;

    ConvolutionWays(CudaDevice device, Descriptors descriptors, ConvolutionShape shape) {
        this.device = device;
        this.descriptors = descriptors;
        this.shape = shape;
    }

    /**
     * The way to compute a pass.
     *
     * @throws IllegalStateException if there is none
     */
    ConvolutionWay choose(ConvolutionPass pass) {
        List<ConvolutionWay> ways = CudnnConvolution.ways(device, descriptors, shape, pass);
        return ways.stream()
                .filter(way -> way.deterministic() || !device.deterministic())
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        String.format(
                                                "CUDA: expected a way to compute pass %s of %s,"
                                                        + " got none",
                                                pass, shape)));
    }
}
