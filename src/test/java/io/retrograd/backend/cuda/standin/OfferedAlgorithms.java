package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Prints which algorithms cuDNN offers for a convolution of 64 maps to 64 by 3 x 3. Run by {@link
 * OfferedAlgorithmsTest} in a JVM of its own: {@code OfferedAlgorithms MATH}, where MATH is what
 * the convolution's descriptor allows.
 *
 * <p>A line each for y, dx and dw: number and workspace of what can run, an asterisk where it is
 * not deterministic. The math type is told for dw only: JCuda leaves it out of the others.
 */
final class OfferedAlgorithms {
    private static final int MOST = 32;
    private static final int MAPS = 64;

    private OfferedAlgorithms() {}

    public static void main(String[] arguments) {
        try (Libraries gpu = Libraries.open()) {
            cudnnConvolutionDescriptor convolution =
                    convolution(gpu, Integer.parseInt(arguments[0]));
            print(gpu, convolution);
            System.out.println("y of 300 images by 2: " + gemm(gpu, convolution, 300, 112));
        }
    }

    private static cudnnConvolutionDescriptor convolution(Libraries gpu, int math) {
        cudnnConvolutionDescriptor convolution = gpu.convolution();
        JCudnn.cudnnSetConvolution2dDescriptor(
                convolution, 1, 1, 1, 1, 1, 1, cudnnConvolutionMode.CUDNN_CROSS_CORRELATION, FLOAT);
        JCudnn.cudnnSetConvolutionMathType(convolution, math);
        return convolution;
    }

    private static void print(Libraries gpu, cudnnConvolutionDescriptor convolution) {
        cudnnTensorDescriptor x = gpu.tensor(FLOAT, 8, MAPS, 32, 32);
        cudnnFilterDescriptor w = gpu.filter(FLOAT, MAPS, MAPS, 3, 3);
        int[] count = new int[1];
        cudnnConvolutionFwdAlgoPerf[] y = new cudnnConvolutionFwdAlgoPerf[MOST];
        Arrays.setAll(y, i -> new cudnnConvolutionFwdAlgoPerf());
        JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                gpu.dnn, x, w, convolution, x, MOST, count, y);
        print(
                "y",
                Stream.of(y)
                        .limit(count[0])
                        .filter(p -> p.status == 0)
                        .map(p -> offer(p.algo, p.memory, p.determinism)));
        cudnnConvolutionBwdDataAlgoPerf[] dx = new cudnnConvolutionBwdDataAlgoPerf[MOST];
        Arrays.setAll(dx, i -> new cudnnConvolutionBwdDataAlgoPerf());
        JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                gpu.dnn, w, x, convolution, x, MOST, count, dx);
        print(
                "dx",
                Stream.of(dx)
                        .limit(count[0])
                        .filter(p -> p.status == 0)
                        .map(p -> offer(p.algo, p.memory, p.determinism)));
        cudnnConvolutionBwdFilterAlgoPerf[] dw = new cudnnConvolutionBwdFilterAlgoPerf[MOST];
        Arrays.setAll(dw, i -> new cudnnConvolutionBwdFilterAlgoPerf());
        JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                gpu.dnn, x, x, convolution, w, MOST, count, dw);
        print(
                "dw",
                Stream.of(dw)
                        .limit(count[0])
                        .filter(p -> p.status == 0)
                        .map(p -> offer(p.algo, p.memory, p.determinism) + " " + math(p.mathType)));
    }

    private static void print(String pass, Stream<String> offers) {
        System.out.println(pass + ": " + offers.collect(Collectors.joining(", ")));
    }

    private static String offer(int algorithm, long bytes, int determinism) {
        return algorithm + (determinism == 1 ? " " : "* ") + bytes;
    }

    private static String math(int type) {
        return cudnnMathType.stringFor(type).replace("CUDNN_", "").replace("_MATH", "");
    }

    private static long gemm(
            Libraries gpu, cudnnConvolutionDescriptor convolution, int images, int size) {
        cudnnTensorDescriptor x = gpu.tensor(FLOAT, images, MAPS, size, size);
        cudnnFilterDescriptor w = gpu.filter(FLOAT, MAPS, MAPS, 3, 3);
        long[] bytes = new long[1];
        JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                gpu.dnn,
                x,
                w,
                convolution,
                x,
                cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM,
                bytes);
        return bytes[0];
    }
}
