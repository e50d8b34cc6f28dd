package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.operation.Products;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;

/** The common part of the primitives of convolutions and transposed convolutions. */
abstract class ConvolutionPrimitives extends WeightedPrimitives {
    private static final int WIDEST_VECTOR = 16;

    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final Layout weight;
    private final long[] stride;
    private final long[] dilation;
    private final boolean transposed;
    private final int groups;
    private final Windows windows;
    private final JavaConvolution loops;

    /**
     * Primitives.
     *
     * @param transposed whether the windows slide over y, and not over x
     * @param weight w's row-major order, in oneDNN's sizes
     */
    ConvolutionPrimitives(
            Products o,
            String name,
            boolean transposed,
            Windows windows,
            int groups,
            Layout weight) {
        super(o, name);
        x = OneDnnOp.own(o.x());
        y = OneDnnOp.own(o.y());
        this.weight = weight;
        this.transposed = transposed;
        this.groups = groups;
        this.windows = windows;
        stride = longs(windows.stride(), 0);
        dilation = longs(windows.dilation(), -1);
        loops = new JavaConvolution(windows, groups, transposed, weight);
    }

    /**
     * oneDNN 3.11's brgconv crashes now and then where a window is all padding, and steps through
     * the rows of a one-channel image wrongly where each has a single window, strided; and its
     * matrix product for row-major activations writes nothing where the other side has one channel
     * with strides of channels last.
     */
    @Override
    final boolean unsafe(Primitive primitive) {
        String implementation = primitive.implementation();
        boolean oneChannel = x.dims()[1] == 1 || y.dims()[1] == 1;
        return ((windows.anyEmpty() || (oneChannel && windows.singleStridedColumn()))
                        && implementation.contains("brg"))
                || (oneChannel && implementation.contains("jit_uni_ncsp"));
    }

    @Override
    final Layout outputLayout(Planner.Style style) {
        if (style == Planner.Style.BLOCKED) {
            Primitive free = forward(WeightedOp.Way.ANY, Then.NOTHING);
            if (free != null) {
                Layout layout = free.layout(DNNL_ARG_DST);
                free.release();
                return layout;
            }
        }
        return channelsLast(y);
    }

    /**
     * oneDNN 3.11's kernels for windows of one element copy a strided image to a workspace first;
     * backward by weights keeps room there for the image's own channels, but steps through it by
     * whole blocks of channels where the image has channels last. With fewer channels than a block
     * it writes past the workspace (oneDNN issue 6035), whatever it is called: {@code jit_1x1},
     * {@code jit_bf16_1x1}, or {@code conv:any+jit_1x1} for the transposed, whose image is y. And
     * in bfloat16 it takes the gradient of weights that meet no element from memory that holds
     * anything.
     */
    @Override
    final boolean wrong(Primitive backwardWeights) {
        return (backwardWeights.implementation().contains("1x1")
                        && stridesFewChannels()
                        && channelsLast(image(backwardWeights)))
                || (backwardWeights.implementation().contains("jit_bf16")
                        && windows.anyIdleWeight())
                || unsafe(backwardWeights);
    }

    private boolean stridesFewChannels() {
        return windows.strided() && windows.single() && windows.image().dim(1) % WIDEST_VECTOR != 0;
    }

    /** The layout in which backward by weights takes what the kernel slides over. */
    private Layout image(Primitive backwardWeights) {
        return backwardWeights.layout(transposed ? DNNL_ARG_DIFF_DST : DNNL_ARG_SRC);
    }

    private static boolean channelsLast(Layout layout) {
        return layout.strides()[1] == 1 || layout.dims()[1] == 1;
    }

    @Override
    final ProductValues values(ProductValues.Pass pass, boolean relu) {
        return new ProductValues(windows, groups, transposed, pass, relu);
    }

    @Override
    final JavaConvolution loops() {
        return loops;
    }

    @Override
    final Layout plainWeight() {
        return weight;
    }

    @Override
    final dnnl_memory_desc src(WeightedOp.Way way) {
        return activation(way, x, y);
    }

    @Override
    final dnnl_memory_desc dst(WeightedOp.Way way) {
        return activation(way, y, x);
    }

    private dnnl_memory_desc activation(
            WeightedOp.Way way, OneDnnTensor tensor, OneDnnTensor other) {
        return switch (way) {
            case STORED, ANY_WEIGHT -> stored(tensor, other).descriptor();
            case ANY -> engine().layouts().any(tensor.type(), tensor.dims());
            case CHANNELS_LAST, WINOGRAD, JAVA -> channelsLast(tensor).descriptor();
        };
    }

    /**
     * A tensor's layout, under the name that goes with the other activation's where it has two: one
     * channel or one position are row-major and channels last. oneDNN has but plain loops for most
     * mixtures, or whatever its cache of primitives has for one that is not mixed, to which they
     * are the same.
     */
    private Layout stored(OneDnnTensor tensor, OneDnnTensor other) {
        Layout layout = tensor.layout();
        if (!layout.plain() || !channelsLast(tensor).plain()) {
            return layout;
        }
        Layout last = channelsLast(other);
        boolean otherIsLast =
                other.layout().equals(last) || (other.layout().plain() && last.plain());
        return otherIsLast ? channelsLast(tensor) : tensor.plain();
    }

    private Layout channelsLast(OneDnnTensor tensor) {
        return engine().layouts().channelsLast(tensor.type(), tensor.dims());
    }

    final long[] stride() {
        return stride;
    }

    /** Positions skipped between neighbouring kernel elements. */
    final long[] dilation() {
        return dilation;
    }

    /** Row-major order of a weight (K, C/groups, kernel...), groups as a dimension of their own. */
    static Layout grouped(OneDnnTensor w, int groups) {
        long[] dims = w.dims();
        if (groups == 1) {
            return w.engine().layouts().plain(dnnl_f32, dims);
        }
        long[] grouped = new long[dims.length + 1];
        grouped[0] = groups;
        grouped[1] = dims[0] / groups;
        System.arraycopy(dims, 1, grouped, 2, dims.length - 1);
        return w.engine().layouts().plain(dnnl_f32, grouped);
    }

    /** The values, each with {@code plus} added. */
    static long[] longs(List<Integer> values, int plus) {
        return values.stream().mapToLong(value -> value + plus).toArray();
    }
}
