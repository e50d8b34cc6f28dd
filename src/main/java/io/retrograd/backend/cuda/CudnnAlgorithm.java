package io.retrograd.backend.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnStatus;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * What cuDNN says of an algorithm for a pass of a convolution.
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

    /** Those that cuDNN offers for y, what it expects to be the fastest first. */
    static List<CudnnAlgorithm> forward(
            cudnnHandle dnn,
            cudnnTensorDescriptor x,
            cudnnFilterDescriptor w,
            cudnnConvolutionDescriptor convolution,
            cudnnTensorDescriptor y) {
        cudnnConvolutionFwdAlgoPerf[] found = new cudnnConvolutionFwdAlgoPerf[MOST];
        Arrays.setAll(found, i -> new cudnnConvolutionFwdAlgoPerf());
        int[] count = new int[1];
        Cudnn.check(
                "cudnnGetConvolutionForwardAlgorithm_v7",
                JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                        dnn, x, w, convolution, y, MOST, count, found));
        return Stream.of(found)
                .limit(count[0])
                .filter(f -> f.status == cudnnStatus.CUDNN_STATUS_SUCCESS)
                .map(
                        f ->
                                of(
                                        f.algo,
                                        cudnnConvolutionFwdAlgo.stringFor(f.algo),
                                        f.determinism,
                                        f.mathType))
                .toList();
    }

    /** Those for dx. */
    static List<CudnnAlgorithm> backwardData(
            cudnnHandle dnn,
            cudnnFilterDescriptor w,
            cudnnTensorDescriptor dy,
            cudnnConvolutionDescriptor convolution,
            cudnnTensorDescriptor dx) {
        cudnnConvolutionBwdDataAlgoPerf[] found = new cudnnConvolutionBwdDataAlgoPerf[MOST];
        Arrays.setAll(found, i -> new cudnnConvolutionBwdDataAlgoPerf());
        int[] count = new int[1];
        Cudnn.check(
                "cudnnGetConvolutionBackwardDataAlgorithm_v7",
                JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                        dnn, w, dy, convolution, dx, MOST, count, found));
        return Stream.of(found)
                .limit(count[0])
                .filter(f -> f.status == cudnnStatus.CUDNN_STATUS_SUCCESS)
                .map(
                        f ->
                                of(
                                        f.algo,
                                        cudnnConvolutionBwdDataAlgo.stringFor(f.algo),
                                        f.determinism,
                                        f.mathType))
                .toList();
    }

    /** Those for dw. */
    static List<CudnnAlgorithm> backwardFilter(
            cudnnHandle dnn,
            cudnnTensorDescriptor x,
            cudnnTensorDescriptor dy,
            cudnnConvolutionDescriptor convolution,
            cudnnFilterDescriptor dw) {
        cudnnConvolutionBwdFilterAlgoPerf[] found = new cudnnConvolutionBwdFilterAlgoPerf[MOST];
        Arrays.setAll(found, i -> new cudnnConvolutionBwdFilterAlgoPerf());
        int[] count = new int[1];
        Cudnn.check(
                "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
                JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                        dnn, x, dy, convolution, dw, MOST, count, found));
        return Stream.of(found)
                .limit(count[0])
                .filter(f -> f.status == cudnnStatus.CUDNN_STATUS_SUCCESS)
                .map(
                        f ->
                                of(
                                        f.algo,
                                        cudnnConvolutionBwdFilterAlgo.stringFor(f.algo),
                                        f.determinism,
                                        f.mathType))
                .toList();
    }

    private static CudnnAlgorithm of(int number, String name, int determinism, int math) {
        return new CudnnAlgorithm(
                number,
                name.replaceFirst(COMMON, ""),
                determinism == cudnnDeterminism.CUDNN_DETERMINISTIC,
                math);
    }
}
