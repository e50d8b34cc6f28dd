package io.retrograd.backend.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import jcuda.NativePointerObject;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnStatus;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * What cuDNN says of an algorithm for a pass of a convolution. JCuda asks too, but leaves the
 * mathematics out of its answers for y and dx.
 *
 * @param number cuDNN's, of the pass
 * @param name cuDNN's, without what all names have
 * @param deterministic whether it gives the same bits every time
 * @param math cuDNN's number of how products are computed
 */
record CudnnAlgorithm(int number, String name, boolean deterministic, int math) {
    /** More than cuDNN has for a pass. */
    private static final int MOST = 32;

    private static final String COMMON = "CUDNN_CONVOLUTION_(FWD_ALGO|BWD_DATA|BWD_FILTER)_";

    /** What cuDNN's cudnnConvolution...AlgoPerf_t hold, all three alike, and their size. */
    static final int ALGORITHM_AT = 0;

    static final int STATUS_AT = 4;
    static final int DETERMINISM_AT = 24;
    static final int MATH_AT = 28;
    static final int BYTES = 48;

    /** Those that cuDNN offers for y, what it expects to be the fastest first. */
    static List<CudnnAlgorithm> forward(
            cudnnHandle dnn,
            cudnnTensorDescriptor x,
            cudnnFilterDescriptor w,
            cudnnConvolutionDescriptor convolution,
            cudnnTensorDescriptor y) {
        return offered(
                "cudnnGetConvolutionForwardAlgorithm_v7",
                cudnnConvolutionFwdAlgo::stringFor,
                dnn,
                x,
                w,
                convolution,
                y);
    }

    /** Those for dx. */
    static List<CudnnAlgorithm> backwardData(
            cudnnHandle dnn,
            cudnnFilterDescriptor w,
            cudnnTensorDescriptor dy,
            cudnnConvolutionDescriptor convolution,
            cudnnTensorDescriptor dx) {
        return offered(
                "cudnnGetConvolutionBackwardDataAlgorithm_v7",
                cudnnConvolutionBwdDataAlgo::stringFor,
                dnn,
                w,
                dy,
                convolution,
                dx);
    }

    /** Those for dw. */
    static List<CudnnAlgorithm> backwardFilter(
            cudnnHandle dnn,
            cudnnTensorDescriptor x,
            cudnnTensorDescriptor dy,
            cudnnConvolutionDescriptor convolution,
            cudnnFilterDescriptor dw) {
        return offered(
                "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
                cudnnConvolutionBwdFilterAlgo::stringFor,
                dnn,
                x,
                dy,
                convolution,
                dw);
    }

    private static List<CudnnAlgorithm> offered(
            String call, IntFunction<String> name, NativePointerObject... described) {
        try (Memory count = new Memory(Integer.BYTES);
                Memory found = new Memory((long) MOST * BYTES)) {
            Cudnn.call(call, described, MOST, count, found);
            return IntStream.range(0, count.getInt(0))
                    .mapToObj(i -> found.share((long) i * BYTES, BYTES))
                    .filter(f -> f.getInt(STATUS_AT) == cudnnStatus.CUDNN_STATUS_SUCCESS)
                    .map(f -> of(f, name))
                    .toList();
        }
    }

    private static CudnnAlgorithm of(Pointer found, IntFunction<String> name) {
        int number = found.getInt(ALGORITHM_AT);
        return new CudnnAlgorithm(
                number,
                name.apply(number).replaceFirst(COMMON, ""),
                found.getInt(DETERMINISM_AT) == cudnnDeterminism.CUDNN_DETERMINISTIC,
                found.getInt(MATH_AT));
    }
}
