package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;

import java.nio.file.Path;
import java.util.Arrays;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Asks a cuDNN that lacks a part for a descriptor of each kind, for its version, and for
 * algorithms. Run by {@link SublibraryTest} in a JVM of its own: {@code Sublibraries FOLDER}.
 */
final class Sublibraries {
    private Sublibraries() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        System.load(folder.resolve("libcuda.so.1").toString());
        System.load(folder.resolve("libcudnn.so.9").toString());
        JCudnn.setExceptionsEnabled(false);
        cudnnTensorDescriptor x = new cudnnTensorDescriptor();
        cudnnConvolutionDescriptor convolution = new cudnnConvolutionDescriptor();
        int made = print("tensor", JCudnn.cudnnCreateTensorDescriptor(x));
        made |= print("convolution", JCudnn.cudnnCreateConvolutionDescriptor(convolution));
        print("rnn", JCudnn.cudnnCreateRNNDescriptor(new cudnnRNNDescriptor()));
        print("version", (int) JCudnn.cudnnGetVersion());
        if (made == 0) {
            print("algorithms", algorithms(x, convolution));
        }
    }

    /** How many can compute y, of a pointwise convolution of one map to one. */
    private static int algorithms(cudnnTensorDescriptor x, cudnnConvolutionDescriptor convolution) {
        CUdevice device = new CUdevice();
        cudnnHandle dnn = new cudnnHandle();
        cudnnFilterDescriptor w = new cudnnFilterDescriptor();
        JCudaDriver.cuInit(0);
        JCudaDriver.cuDeviceGet(device, 0);
        JCudaDriver.cuCtxCreate(new CUcontext(), 0, device);
        JCudnn.cudnnCreate(dnn);
        JCudnn.cudnnCreateFilterDescriptor(w);
        JCudnn.cudnnSetTensorNdDescriptorEx(x, 0, FLOAT, 4, new int[] {1, 1, 4, 4});
        JCudnn.cudnnSetFilterNdDescriptor(w, FLOAT, 0, 4, new int[] {1, 1, 1, 1});
        JCudnn.cudnnSetConvolution2dDescriptor(convolution, 0, 0, 1, 1, 1, 1, 1, FLOAT);
        cudnnConvolutionFwdAlgoPerf[] found = new cudnnConvolutionFwdAlgoPerf[32];
        Arrays.setAll(found, i -> new cudnnConvolutionFwdAlgoPerf());
        int[] count = new int[1];
        print(
                "query",
                JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                        dnn, x, w, convolution, x, found.length, count, found));
        return (int) Arrays.stream(found, 0, count[0]).filter(f -> f.status == 0).count();
    }

    private static int print(String what, int answer) {
        System.out.println(what + " " + answer);
        return answer;
    }
}
