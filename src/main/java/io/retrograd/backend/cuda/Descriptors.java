package io.retrograd.backend.cuda;

import io.retrograd.operation.RecurrentSpec;
import java.util.Arrays;
import java.util.List;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDirectionMode;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnRNNAlgo;
import jcuda.jcudnn.cudnnRNNBiasMode;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDataLayout;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnRNNInputMode;
import jcuda.jcudnn.cudnnRNNMode;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;
import org.jspecify.annotations.Nullable;

/** Makes cuDNN's descriptors, and destroys them when it is closed. */
final class Descriptors implements AutoCloseable {
    /** The fewest dimensions that cuDNN's tensors have. */
    private static final int RANK = 4;

    /** cuDNN's CUDNN_RNN_PADDED_IO_ENABLED: sequences are not packed. */
    private static final int PADDED_SEQUENCES = 1;

    private final CudaDevice device;
    private @Nullable Resources made;

    Descriptors(CudaDevice device) {
        this.device = device;
    }

    /** A row-major tensor of these sizes; behind them follow sizes of 1 where cuDNN wants more. */
    cudnnTensorDescriptor tensor(List<Integer> dims) {
        return packed(padded(dims));
    }

    /** A row-major tensor of these sizes and no more. */
    cudnnTensorDescriptor packed(int... sizes) {
        cudnnTensorDescriptor descriptor = unset();
        int[] strides = new int[sizes.length];
        int stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes[i];
        }
        Cudnn.check(
                "cudnnSetTensorNdDescriptor",
                JCudnn.cudnnSetTensorNdDescriptor(
                        descriptor, device.precision().cudnnType(), sizes.length, sizes, strides));
        return descriptor;
    }

    /** A tensor that cuDNN tells the sizes of. */
    cudnnTensorDescriptor unset() {
        cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
        Cudnn.check("cudnnCreateTensorDescriptor", JCudnn.cudnnCreateTensorDescriptor(descriptor));
        resources().add(descriptor, JCudnn::cudnnDestroyTensorDescriptor);
        return descriptor;
    }

    /** A layer of a recurrent network, over sequences of vectors. */
    cudnnRNNDescriptor recurrent(RecurrentSpec spec, int inputs) {
        cudnnDropoutDescriptor none = new cudnnDropoutDescriptor();
        Cudnn.check("cudnnCreateDropoutDescriptor", JCudnn.cudnnCreateDropoutDescriptor(none));
        resources().add(none, JCudnn::cudnnDestroyDropoutDescriptor);
        Cudnn.check(
                "cudnnSetDropoutDescriptor",
                JCudnn.cudnnSetDropoutDescriptor(none, device.dnn(), 0, null, 0, 0));
        cudnnRNNDescriptor descriptor = new cudnnRNNDescriptor();
        Cudnn.check("cudnnCreateRNNDescriptor", JCudnn.cudnnCreateRNNDescriptor(descriptor));
        resources().add(descriptor, JCudnn::cudnnDestroyRNNDescriptor);
        int type = device.precision().cudnnType();
        Cudnn.check(
                "cudnnSetRNNDescriptor_v8",
                JCudnn.cudnnSetRNNDescriptor_v8(
                        descriptor,
                        cudnnRNNAlgo.CUDNN_RNN_ALGO_STANDARD,
                        switch (spec.cell()) {
                            case RNN_TANH -> cudnnRNNMode.CUDNN_RNN_TANH;
                            case RNN_RELU -> cudnnRNNMode.CUDNN_RNN_RELU;
                            case LSTM -> cudnnRNNMode.CUDNN_LSTM;
                            case GRU -> cudnnRNNMode.CUDNN_GRU;
                        },
                        cudnnRNNBiasMode.CUDNN_RNN_DOUBLE_BIAS,
                        spec.bidirectional()
                                ? cudnnDirectionMode.CUDNN_BIDIRECTIONAL
                                : cudnnDirectionMode.CUDNN_UNIDIRECTIONAL,
                        cudnnRNNInputMode.CUDNN_LINEAR_INPUT,
                        type,
                        type,
                        device.precision().mathType(),
                        inputs,
                        spec.hidden(),
                        spec.hidden(),
                        /* numLayers= */ 1,
                        none,
                        PADDED_SEQUENCES));
        return descriptor;
    }

    /** Sequences (N, T, elements) that all have every step. */
    cudnnRNNDataDescriptor sequences(int batch, int steps, int elements) {
        cudnnRNNDataDescriptor descriptor = new cudnnRNNDataDescriptor();
        Cudnn.check(
                "cudnnCreateRNNDataDescriptor", JCudnn.cudnnCreateRNNDataDescriptor(descriptor));
        resources().add(descriptor, JCudnn::cudnnDestroyRNNDataDescriptor);
        int[] lengths = new int[batch];
        Arrays.fill(lengths, steps);
        Cudnn.check(
                "cudnnSetRNNDataDescriptor",
                JCudnn.cudnnSetRNNDataDescriptor(
                        descriptor,
                        device.precision().cudnnType(),
                        cudnnRNNDataLayout.CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED,
                        steps,
                        batch,
                        elements,
                        lengths,
                        null));
        return descriptor;
    }

    /** The weights (K, C, R...) of a convolution, or (C, K, R...) of a transposed one. */
    cudnnFilterDescriptor filter(List<Integer> dims) {
        cudnnFilterDescriptor descriptor = new cudnnFilterDescriptor();
        Cudnn.check("cudnnCreateFilterDescriptor", JCudnn.cudnnCreateFilterDescriptor(descriptor));
        resources().add(descriptor, JCudnn::cudnnDestroyFilterDescriptor);
        int[] sizes = padded(dims);
        Cudnn.check(
                "cudnnSetFilterNdDescriptor",
                JCudnn.cudnnSetFilterNdDescriptor(
                        descriptor,
                        device.precision().cudnnType(),
                        cudnnTensorFormat.CUDNN_TENSOR_NCHW,
                        sizes.length,
                        sizes));
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
        Cudnn.check(
                "cudnnCreateConvolutionDescriptor",
                JCudnn.cudnnCreateConvolutionDescriptor(descriptor));
        resources().add(descriptor, JCudnn::cudnnDestroyConvolutionDescriptor);
        Cudnn.check(
                "cudnnSetConvolutionNdDescriptor",
                JCudnn.cudnnSetConvolutionNdDescriptor(
                        descriptor,
                        padding.size(),
                        ints(padding),
                        ints(stride),
                        ints(dilation),
                        cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                        device.precision().cudnnType()));
        Cudnn.check(
                "cudnnSetConvolutionGroupCount",
                JCudnn.cudnnSetConvolutionGroupCount(descriptor, groups));
        Cudnn.check(
                "cudnnSetConvolutionMathType",
                JCudnn.cudnnSetConvolutionMathType(descriptor, math));
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
