package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.NOT_SUPPORTED;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Libraries.status;

import java.util.Arrays;
import jcuda.Pointer;
import jcuda.driver.CUgraph;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.runtime.cudaStream_t;

/**
 * Faults that RETROGRAD_STANDIN_FAULT plants in convolutions, and what is seen of each. Run by
 * {@link PlantedFaultTest} in a JVM of its own: {@code PlantedFaults NAME}.
 */
enum PlantedFaults {
    REFUSED("refuse:FWD_ALGO_GEMM"),
    REFUSED_ONCE("refuse:2"),
    FAILED("fail:FWD_ALGO_GEMM"),
    WRONG("wrong:FWD_ALGO_GEMM"),
    OVERRUN("overrun:FWD_ALGO_GEMM"),
    IN_A_CAPTURE("capture:cudnnConvolutionForward");

    /** Said by a process that saw what it had to see. */
    static final String SEEN = "as planted";

    private static final int EXECUTION_FAILED = 5000;
    private static final int DIRECT =
            cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
    private static final int GEMM = cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM;
    private static final int COUNT = 6;
    private static final int GUARD = 32;

    final String planted;

    PlantedFaults(String planted) {
        this.planted = planted;
    }

    public static void main(String[] arguments) {
        try (Libraries gpu = Libraries.open()) {
            valueOf(arguments[0]).check(new Convolution(gpu));
        }
        System.out.println(SEEN);
    }

    private void check(Convolution convolution) {
        switch (this) {
            case REFUSED -> {
                expect(NOT_SUPPORTED, convolution.run(GEMM));
                expect(0, convolution.run(DIRECT));
            }
            case REFUSED_ONCE -> {
                expect(0, convolution.run(GEMM));
                expect(NOT_SUPPORTED, convolution.run(DIRECT));
                expect(0, convolution.run(DIRECT));
            }
            case FAILED -> expect(EXECUTION_FAILED, convolution.run(GEMM));
            case WRONG -> {
                expect(0, convolution.run(DIRECT));
                double[] right = convolution.result();
                expect(0, convolution.run(GEMM));
                double[] wrong = convolution.result();
                double off = wrong[COUNT - 1] - right[COUNT - 1];
                expect(true, off > 0 && off < 0.02 * Arrays.stream(right).max().orElseThrow());
                wrong[COUNT - 1] = right[COUNT - 1];
                expect(Arrays.toString(right), Arrays.toString(wrong));
            }
            case OVERRUN -> {
                expect(0, convolution.run(DIRECT));
                expect(false, convolution.guardsBroken());
                expect(0, convolution.run(GEMM));
                expect(true, convolution.guardsBroken());
            }
            case IN_A_CAPTURE -> captured(convolution);
        }
    }

    private static void captured(Convolution convolution) {
        CUstream stream = new CUstream();
        JCudaDriver.cuStreamCreate(stream, 1);
        JCudnn.cudnnSetStream(convolution.gpu.dnn, new cudaStream_t(stream));
        expect(0, convolution.run(GEMM));
        CUgraph graph = new CUgraph();
        JCudaDriver.cuStreamBeginCapture(
                stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
        expect(EXECUTION_FAILED, convolution.run(GEMM));
        JCudaDriver.setExceptionsEnabled(false);
        expect(
                CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
                JCudaDriver.cuStreamEndCapture(stream, graph));
        JCudaDriver.setExceptionsEnabled(true);
        expect(0, convolution.run(GEMM));
        JCudnn.cudnnSetStream(convolution.gpu.dnn, null);
        JCudaDriver.cuStreamDestroy(stream);
    }

    static void expect(Object expected, Object actual) {
        if (!actual.equals(expected)) {
            throw new IllegalStateException("expected " + expected + ", got " + actual);
        }
    }

    /** A pointwise convolution of two maps of three, with guards behind y and the workspace. */
    private static final class Convolution {
        private final Libraries gpu;
        private final cudnnTensorDescriptor t;
        private final cudnnFilterDescriptor w;
        private final cudnnConvolutionDescriptor descriptor;
        private final Pointer x;
        private final Pointer y;
        private final Pointer weights;
        private final Pointer space;
        private final int spaceFloats;

        Convolution(Libraries gpu) {
            this.gpu = gpu;
            t = gpu.tensor(FLOAT, 1, 2, 1, 3);
            w = gpu.filter(FLOAT, 2, 2, 1, 1);
            descriptor = gpu.convolution();
            JCudnn.cudnnSetConvolution2dDescriptor(
                    descriptor,
                    0,
                    0,
                    1,
                    1,
                    1,
                    1,
                    cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                    FLOAT);
            long[] bytes = new long[1];
            JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                    gpu.dnn, t, w, descriptor, t, GEMM, bytes);
            expect(true, bytes[0] > 0);
            spaceFloats = Math.toIntExact(bytes[0]) / Float.BYTES;
            x = gpu.floats(1, 2, 3, 4, 5, 6);
            weights = gpu.floats(1, 2, 3, 4);
            y = gpu.floats(new double[COUNT + GUARD]);
            space = gpu.floats(new double[spaceFloats + GUARD]);
        }

        int run(int algorithm) {
            return status(
                    () ->
                            JCudnn.cudnnConvolutionForward(
                                    gpu.dnn,
                                    scalar(FLOAT, 1),
                                    t,
                                    x,
                                    w,
                                    weights,
                                    descriptor,
                                    algorithm,
                                    space,
                                    (long) spaceFloats * Float.BYTES,
                                    scalar(FLOAT, 0),
                                    t,
                                    y));
        }

        double[] result() {
            return Libraries.getFloats(y, COUNT);
        }

        /** Both or neither. */
        boolean guardsBroken() {
            boolean behindY = broken(y, COUNT);
            expect(behindY, broken(space, spaceFloats));
            return behindY;
        }

        private static boolean broken(Pointer p, int count) {
            double[] all = Libraries.getFloats(p, count + GUARD);
            return Arrays.stream(all, count, all.length).anyMatch(value -> value != 0);
        }
    }
}
