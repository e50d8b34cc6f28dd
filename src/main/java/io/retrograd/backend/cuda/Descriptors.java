package io.retrograd.backend.cuda;

import java.util.Arrays;
import java.util.List;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;
import org.jspecify.annotations.Nullable;

/** Makes cuDNN's descriptors, and destroys them when it is closed. */
final class Descriptors implements AutoCloseable {
    /** The fewest dimensions that cuDNN's tensors have. */
    private static final int RANK = 4;

    private final CudaDevice device;
    private @Nullable Resources made;

    Descriptors(CudaDevice device) {
        this.device = device;
    }

    /** A row-major tensor of these sizes; behind them follow sizes of 1 where cuDNN wants more. */
    cudnnTensorDescriptor tensor(List<Integer> dims) {
        cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
        JCudnn.cudnnCreateTensorDescriptor(descriptor);
        resources().add(descriptor, JCudnn::cudnnDestroyTensorDescriptor);
        int[] sizes = padded(dims);
        int[] strides = new int[sizes.length];
        int stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes[i];
        }
        JCudnn.cudnnSetTensorNdDescriptor(
                descriptor, device.precision().cudnnType(), sizes.length, sizes, strides);
        return descriptor;
    }

    /** The weights (K, C, R...) of a convolution, or (C, K, R...) of a transposed one. */
    cudnnFilterDescriptor filter(List<Integer> dims) {
        cudnnFilterDescriptor descriptor = new cudnnFilterDescriptor();
        JCudnn.cudnnCreateFilterDescriptor(descriptor);
        resources().add(descriptor, JCudnn::cudnnDestroyFilterDescriptor);
        int[] sizes = padded(dims);
        JCudnn.cudnnSetFilterNdDescriptor(
                descriptor,
                device.precision().cudnnType(),
                cudnnTensorFormat.CUDNN_TENSOR_NCHW,
                sizes.length,
                sizes);
        return descriptor;
    }

    /**
     * A cross-correlation of 2 or 3 dimensions.
     *
     * @param math cuDNN's number of how products are computed
     */
    cudnnConvolutionDescriptor convolution(
            List<Integer> padding,
            List<Integer> stride,
            List<Integer> dilation,
            int groups,
            int math) {
        cudnnConvolutionDescriptor descriptor = new cudnnConvolutionDescriptor();
        JCudnn.cudnnCreateConvolutionDescriptor(descriptor);
        resources().add(descriptor, JCudnn::cudnnDestroyConvolutionDescriptor);
        JCudnn.cudnnSetConvolutionNdDescriptor(
                descriptor,
                padding.size(),
                ints(padding),
                ints(stride),
                ints(dilation),
                cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                device.precision().cudnnType());
        JCudnn.cudnnSetConvolutionGroupCount(descriptor, groups);
        JCudnn.cudnnSetConvolutionMathType(descriptor, math);
        return descriptor;
    }

    private Resources resources() {
        Resources known = made;
        if (known == null) {
            known = new Resources(device.resources());
            made = known;
        }
        return known;
    }

    private static int[] padded(List<Integer> dims) {
        int[] sizes = new int[Math.max(RANK, dims.size())];
        Arrays.fill(sizes, 1);
        for (int i = 0; i < dims.size(); i++) {
            sizes[i] = dims.get(i);
        }
        return sizes;
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(value -> value).toArray();
    }

    @Override
    public void close() {
        if (made != null) {
            made.close();
        }
    }
}
