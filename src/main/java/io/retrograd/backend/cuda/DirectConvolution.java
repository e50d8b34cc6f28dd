package io.retrograd.backend.cuda;

import org.jspecify.annotations.Nullable;

/** A convolution by its definition, of any shape; {@code kernels/convolution.cu}. */
final class DirectConvolution implements ConvolutionWay {
    /** Channels that a thread computes, as in the kernels. */
    private static final int TILE = 4;

    private final CudaDevice device;
    private final ConvolutionShape shape;
    private final ConvolutionPass pass;

    DirectConvolution(CudaDevice device, ConvolutionShape shape, ConvolutionPass pass) {
        this.device = device;
        this.shape = shape;
        this.pass = pass;
    }

    @Override
    public String name() {
        return "own direct";
    }

    @Override
    public long workspaceBytes() {
        return 0;
    }

    @Override
    public boolean deterministic() {
        return true;
    }

    @Override
    public Runnable on(Operands tensors, @Nullable CudaTensor workspace) {
        CudaTensor x = tensors.x();
        CudaTensor w = tensors.w();
        CudaTensor y = tensors.y();
        int[] sizes = shape.fields();
        return switch (pass) {
            case FORWARD -> {
                int threads = threads(shape.groupOutputs(), shape.positions());
                Grid grid = Grid.over(threads);
                yield new Launch(device, "convolution_forward", grid, x, w, y, sizes, threads);
            }
            case BACKWARD_DATA -> {
                int threads = threads(shape.groupInputs(), shape.image());
                Grid grid = Grid.over(threads);
                yield new Launch(
                        device, "convolution_backward_data", grid, w, y, x, sizes, threads);
            }
            case BACKWARD_FILTER -> {
                int blocks = shape.outputs() * tiles(shape.groupInputs()) * shape.taps();
                Grid grid = Grid.blocks(blocks, (long) shape.samples() * shape.positions());
                yield new Launch(device, "convolution_backward_filter", grid, x, y, w, sizes);
            }
        };
    }

    private int threads(int channels, int positions) {
        return shape.samples() * shape.groups() * tiles(channels) * positions;
    }

    private static int tiles(int channels) {
        return (channels + TILE - 1) / TILE;
    }
}
