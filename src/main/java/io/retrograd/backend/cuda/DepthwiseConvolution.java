package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.ConvolutionShape.Axis;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of at most 2 dimensions in which each channel of y is made of one of x; {@code
 * kernels/depthwise.cu}.
 */
final class DepthwiseConvolution implements ConvolutionWay {
    private static final Set<Integer> SIZES = Set.of(3, 5, 7);
    private static final int WIDEST_TILE = 32;

    /** What every GPU has for a block. */
    private static final int MOST_SHARED_BYTES = 48 << 10;

    /**
     * What the kernels use of it in any case: {@code block_sum}'s, of {@code kernels/reduce.cuh}.
     */
    private static final int SUMS_BYTES = 32 * Double.BYTES;

    /** Blocks that occupy a large GPU for the gradient of w. */
    private static final int BLOCKS = 1024;

    private final CudaDevice device;
    private final ConvolutionShape shape;
    private final ConvolutionPass pass;
    private final Axis vertical;
    private final Axis horizontal;

    /** The part of the result, or for dw of y, that a block does at a time. */
    private int rows;

    private final int columns;
    private final int splits;

    private DepthwiseConvolution(CudaDevice device, ConvolutionShape shape, ConvolutionPass pass) {
        this.device = device;
        this.shape = shape;
        this.pass = pass;
        vertical = shape.axes().get(1);
        horizontal = shape.axes().get(2);
        boolean ofInputs = pass == ConvolutionPass.BACKWARD_DATA;
        columns = tile(ofInputs ? horizontal.in() : horizontal.out(), WIDEST_TILE);
        rows = tile(ofInputs ? vertical.in() : vertical.out(), Grid.THREADS / columns);
        while (images() > 1 && !fitsShared()) {
            rows *= 2;
        }
        int wanted = (BLOCKS + shape.outputs() - 1) / shape.outputs();
        splits = Math.min(shape.samples(), wanted);
    }

    /** The way, if there is one for this shape. */
    static Optional<ConvolutionWay> of(
            CudaDevice device, ConvolutionShape shape, ConvolutionPass pass) {
        if (shape.groupInputs() != 1 || shape.dims() > 2) {
            return Optional.empty();
        }
        DepthwiseConvolution way = new DepthwiseConvolution(device, shape, pass);
        return way.fits() ? Optional.of(way) : Optional.empty();
    }

    /** The smallest power of 2 that reaches a size, if none above the largest. */
    private static int tile(int size, int largest) {
        int tile = 1;
        while (tile < size && tile < largest) {
            tile *= 2;
        }
        return tile;
    }

    private boolean fits() {
        return (pass != ConvolutionPass.BACKWARD_FILTER || squareKernel()) && fitsShared();
    }

    private boolean fitsShared() {
        return sharedBytes() <= MOST_SHARED_BYTES - SUMS_BYTES;
    }

    /** Whether there is a kernel for the gradient of w. */
    private boolean squareKernel() {
        return vertical.kernel() == horizontal.kernel() && SIZES.contains(vertical.kernel());
    }

    /** Images that a block does at a time. */
    private int images() {
        return Grid.THREADS / (rows * columns);
    }

    private long sharedBytes() {
        long window =
                pass == ConvolutionPass.BACKWARD_DATA
                        ? outputs(vertical, rows) * outputs(horizontal, columns)
                        : inputs(vertical, rows) * inputs(horizontal, columns);
        return window * images() * device.precision().dtype().bytes();
    }

    /** As the kernel has it. */
    private static long inputs(Axis axis, int tile) {
        return (tile - 1L) * axis.stride() + (axis.kernel() - 1L) * axis.dilation() + 1;
    }

    /** As the kernel has it. */
    private static long outputs(Axis axis, int tile) {
        return (tile - 1 + (axis.kernel() - 1L) * axis.dilation()) / axis.stride() + 2;
    }

    @Override
    public String name() {
        return "own depthwise";
    }

    @Override
    public long workspaceBytes() {
        return pass == ConvolutionPass.BACKWARD_FILTER
                ? (long) splits * weights() * device.precision().dtype().bytes()
                : 0;
    }

    /** Elements of w. */
    private int weights() {
        return shape.outputs() * shape.taps();
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
                Grid grid = grid(shape.samples() * shape.outputs(), Axis::out);
                yield new Launch(device, "depthwise_forward", grid, x, w, y, sizes, rows, columns);
            }
            case BACKWARD_DATA -> {
                Grid grid = grid(shape.samples() * shape.inputs(), Axis::in);
                yield new Launch(
                        device, "depthwise_backward_data", grid, w, y, x, sizes, rows, columns);
            }
            case BACKWARD_FILTER -> backwardFilter(tensors, workspace);
        };
    }

    private Runnable backwardFilter(Operands tensors, @Nullable CudaTensor partial) {
        Launch parts =
                new Launch(
                        device,
                        "depthwise_backward_filter_" + vertical.kernel(),
                        Grid.of(shape.outputs() * splits, Grid.THREADS).shared((int) sharedBytes()),
                        tensors.x(),
                        tensors.y(),
                        partial,
                        shape.fields(),
                        rows,
                        columns,
                        splits);
        Launch sum =
                new Launch(
                        device,
                        "depthwise_sum",
                        Grid.over(weights()),
                        partial,
                        tensors.w(),
                        splits,
                        weights());
        return () -> {
            parts.run();
            sum.run();
        };
    }

    private Grid grid(int planes, ToIntFunction<Axis> size) {
        int tiles =
                over(size.applyAsInt(vertical), rows) * over(size.applyAsInt(horizontal), columns);
        int blocks = over(planes, images()) * tiles;
        return Grid.of(blocks, Grid.THREADS).shared((int) sharedBytes());
    }

    private static int over(int n, int tile) {
        return (n + tile - 1) / tile;
    }
}
