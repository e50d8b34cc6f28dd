package io.retrograd.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Chooses how each pass of a convolution is computed: by an algorithm of cuDNN's or by a kernel of
 * our own.
 *
 * <p>Where gradients are wanted each way is timed, once for a shape, and the fastest is remembered.
 * Elsewhere it is what is remembered, or else what cuDNN expects to be the fastest. Results that
 * must be the same bits every time depend on no timing: that is then cuDNN's first that is
 * deterministic.
 */
final class ConvolutionWays {
    /** A workspace takes at most this part of the GPU's memory. */
    private static final int TOTAL_SHARE = 16;

    /** Nor more than this part of what is free. */
    private static final int FREE_SHARE = 4;

    private final CudaDevice device;
    private final Descriptors descriptors;
    private final ConvolutionShape shape;
    private final boolean gradients;

    /**
     * The ways of a convolution.
     *
     * @param gradients whether anybody wants them
     */
    ConvolutionWays(
            CudaDevice device, Descriptors descriptors, ConvolutionShape shape, boolean gradients) {
        this.device = device;
        this.descriptors = descriptors;
        this.shape = shape;
        this.gradients = gradients;
    }

    /** The way to compute a pass. */
    ConvolutionWay choose(ConvolutionPass pass) {
        List<ConvolutionWay> ways = ways(pass);
        if (device.deterministic()) {
            return ways.get(0);
        }
        String key = key(pass, ways);
        int known = device.choices().known(key, ways.size());
        if (known >= 0) {
            return ways.get(known);
        }
        if (!gradients || !device.measures()) {
            return ways.get(0);
        }
        return ways.get(fastest(key, ways));
    }

    /** All that may be taken, those that are expected to be faster first; never empty. */
    private List<ConvolutionWay> ways(ConvolutionPass pass) {
        List<ConvolutionWay> all =
                new ArrayList<>(CudnnConvolution.ways(device, descriptors, shape, pass));
        DepthwiseConvolution.of(device, shape, pass).ifPresent(all::add);
        all.add(new DirectConvolution(device, shape, pass));
        long most = mostWorkspace();
        return all.stream()
                .filter(way -> way.deterministic() || !device.deterministic())
                .filter(way -> way.workspaceBytes() <= most)
                .toList();
    }

    private long mostWorkspace() {
        CudaContext.Memory memory = device.context().memory();
        long most = memory.total() / TOTAL_SHARE;
        return device.deterministic() ? most : Math.min(most, memory.free() / FREE_SHARE);
    }

    private String key(ConvolutionPass pass, List<ConvolutionWay> ways) {
        return ways.stream()
                .map(ConvolutionWay::name)
                .collect(Collectors.joining(", ", pass + " of " + shape + ": ", ""));
    }

    private int fastest(String key, List<ConvolutionWay> ways) {
        long workspace = ways.stream().mapToLong(ConvolutionWay::workspaceBytes).max().orElse(0);
        if (ConvolutionTimer.bytes(device, shape, workspace) > device.context().memory().free()) {
            return 0;
        }
        try (ConvolutionTimer timer = new ConvolutionTimer(device, shape, workspace)) {
            return device.choices().choose(key, ways.size(), i -> timer.milliseconds(ways.get(i)));
        }
    }
}
