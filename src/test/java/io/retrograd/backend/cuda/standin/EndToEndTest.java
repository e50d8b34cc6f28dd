package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.getFloats;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.cuda.standin.ConvolutionCase.Axis;
import java.util.Arrays;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasOperation;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.Test;

/**
 * A training step of a small network through everything at once: cuDNN's convolution forward and
 * backward, a product by cuBLAS, a kernel that NVRTC compiled, on one stream; run once as it is,
 * then captured into a graph and replayed. Equal to the same step in loops, bit for bit, as all
 * numbers are whole.
 *
 * <pre>
 *   y = conv(x, w)    z = y v    dy = dz vᵀ    dx, dw = conv's gradients    w = w - dw
 * </pre>
 *
 * where dz = z, the gradient of |z|² / 2. It ends with everything given back: what leaks, the
 * stand-in reports by ending the process.
 */
class EndToEndTest {
    private static final ConvolutionCase CONVOLUTION =
            new ConvolutionCase(
                    2, 1, 2, 1, false, List.of(new Axis(3, 2, 0, 1, 1), new Axis(3, 2, 0, 1, 1)));
    private static final int IMAGES = 2;
    private static final int FEATURES = 8;
    private static final int UNITS = 2;
    private static final int STEPS = 3;
    private static final String KERNEL =
            """
            extern "C" __global__ void subtract(float* w, const float* dw, int n) {
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) w[i] -= dw[i];
            }
            """;

    /** The step in loops, on the same numbers. */
    private static final class Loops {
        final double[] x = {1, 0, -1, 0, 1, 0, 1, -1, 0, 0, 1, 1, -1, 0, 0, 1, 0, -1};
        final double[] v = {1, 0, 0, 1, -1, 0, 0, 0, 0, 1, 0, 0, 0, -1, 1, 0};
        final double[] w = {1, -1, 0, 2, 0, 1, 1, -2};
        final double[] z = new double[IMAGES * UNITS];
        final double[] dx = new double[x.length];

        void step() {
            double[] y = new double[IMAGES * FEATURES];
            CONVOLUTION.forEach((i, j, k) -> y[i] += x[j] * w[k]);
            double[] dy = new double[y.length];
            for (int n = 0; n < IMAGES; n++) {
                for (int u = 0; u < UNITS; u++) {
                    double sum = 0;
                    for (int f = 0; f < FEATURES; f++) {
                        sum += y[n * FEATURES + f] * v[u * FEATURES + f];
                    }
                    z[n * UNITS + u] = sum;
                    for (int f = 0; f < FEATURES; f++) {
                        dy[n * FEATURES + f] += sum * v[u * FEATURES + f];
                    }
                }
            }
            Arrays.fill(dx, 0);
            double[] dw = new double[w.length];
            CONVOLUTION.forEach(
                    (i, j, k) -> {
                        dx[j] += dy[i] * w[k];
                        dw[k] += dy[i] * x[j];
                    });
            for (int i = 0; i < w.length; i++) {
                w[i] -= dw[i];
            }
        }
    }

    /** The step's memory and descriptors. */
    private static final class Device {
        final Libraries gpu;
        final CUstream stream = new CUstream();
        final CUmodule module = new CUmodule();
        final CUfunction subtract = new CUfunction();
        final cudnnTensorDescriptor x;
        final cudnnTensorDescriptor y;
        final cudnnFilterDescriptor w;
        final cudnnConvolutionDescriptor convolution;
        final Pointer xs;
        final Pointer vs;
        final Pointer ws;
        final Pointer ys;
        final Pointer zs;
        final Pointer dys;
        final Pointer dxs;
        final Pointer dws;

        Device(Libraries gpu, Loops loops) {
            this.gpu = gpu;
            JCudaDriver.cuStreamCreate(stream, 0);
            gpu.onClose(() -> JCudaDriver.cuStreamDestroy(stream));
            JCudnn.cudnnSetStream(gpu.dnn, new cudaStream_t(stream));
            JCublas2.cublasSetStream(gpu.blas, new cudaStream_t(stream));
            JCudaDriver.cuModuleLoadData(module, compile(KERNEL));
            gpu.onClose(() -> JCudaDriver.cuModuleUnload(module));
            JCudaDriver.cuModuleGetFunction(subtract, module, "subtract");
            x = gpu.tensor(FLOAT, CONVOLUTION.xDims());
            y = gpu.tensor(FLOAT, CONVOLUTION.yDims());
            w = gpu.filter(FLOAT, CONVOLUTION.wDims());
            convolution = gpu.convolution();
            JCudnn.cudnnSetConvolution2dDescriptor(
                    convolution,
                    0,
                    0,
                    1,
                    1,
                    1,
                    1,
                    cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
                    FLOAT);
            xs = gpu.floats(loops.x);
            vs = gpu.floats(loops.v);
            ws = gpu.floats(loops.w);
            ys = gpu.memory(4L * IMAGES * FEATURES);
            zs = gpu.memory(4L * IMAGES * UNITS);
            dys = gpu.memory(4L * IMAGES * FEATURES);
            dxs = gpu.memory(4L * loops.x.length);
            dws = gpu.memory(4L * loops.w.length);
        }

        void step() {
            Pointer one = scalar(FLOAT, 1);
            Pointer zero = scalar(FLOAT, 0);
            JCudnn.cudnnConvolutionForward(
                    gpu.dnn, one, x, xs, w, ws, convolution, 0, null, 0, zero, y, ys);
            JCublas2.cublasSgemm(
                    gpu.blas,
                    cublasOperation.CUBLAS_OP_T,
                    cublasOperation.CUBLAS_OP_N,
                    UNITS,
                    IMAGES,
                    FEATURES,
                    one,
                    vs,
                    FEATURES,
                    ys,
                    FEATURES,
                    zero,
                    zs,
                    UNITS);
            JCublas2.cublasSgemm(
                    gpu.blas,
                    cublasOperation.CUBLAS_OP_N,
                    cublasOperation.CUBLAS_OP_N,
                    FEATURES,
                    IMAGES,
                    UNITS,
                    one,
                    vs,
                    FEATURES,
                    zs,
                    UNITS,
                    zero,
                    dys,
                    FEATURES);
            JCudnn.cudnnConvolutionBackwardData(
                    gpu.dnn, one, w, ws, y, dys, convolution, 0, null, 0, zero, x, dxs);
            JCudnn.cudnnConvolutionBackwardFilter(
                    gpu.dnn, one, x, xs, y, dys, convolution, 0, null, 0, zero, w, dws);
            JCudaDriver.cuLaunchKernel(
                    subtract,
                    1,
                    1,
                    1,
                    32,
                    1,
                    1,
                    0,
                    stream,
                    Pointer.to(Pointer.to(ws), Pointer.to(dws), Pointer.to(new int[] {8})),
                    null);
        }
    }

    /** The code of a source, for the GPU. */
    static byte[] compile(String source) {
        JNvrtc.setExceptionsEnabled(true);
        int[] major = new int[1];
        int[] minor = new int[1];
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, 0);
        JCudaDriver.cuDeviceGetAttribute(
                major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
        JCudaDriver.cuDeviceGetAttribute(
                minor, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        nvrtcProgram program = new nvrtcProgram();
        JNvrtc.nvrtcCreateProgram(program, source, "kernel.cu", 0, null, null);
        String architecture = "--gpu-architecture=sm_" + major[0] + minor[0];
        JNvrtc.nvrtcCompileProgram(program, 1, new String[] {architecture});
        long[] size = new long[1];
        JNvrtc.nvrtcGetCUBINSize(program, size);
        byte[] code = new byte[Math.toIntExact(size[0])];
        JNvrtc.nvrtcGetCUBIN(program, code);
        JNvrtc.nvrtcDestroyProgram(program);
        return code;
    }

    private static void assertSame(Loops loops, Device device) {
        JCudaDriver.cuStreamSynchronize(device.stream);
        assertArrayEquals(loops.z, getFloats(device.zs, loops.z.length));
        assertArrayEquals(loops.dx, getFloats(device.dxs, loops.dx.length));
        assertArrayEquals(loops.w, getFloats(device.ws, loops.w.length));
    }

    @Test
    void eagerAndReplayedStepsAreTheLoops() {
        Loops loops = new Loops();
        try (Libraries gpu = Libraries.open()) {
            Device device = new Device(gpu, loops);
            device.step();
            loops.step();
            assertSame(loops, device);
            CUgraph graph = new CUgraph();
            CUgraphExec replay = new CUgraphExec();
            JCudaDriver.cuStreamBeginCapture(
                    device.stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
            device.step();
            JCudaDriver.cuStreamEndCapture(device.stream, graph);
            gpu.onClose(() -> JCudaDriver.cuGraphDestroy(graph));
            assertSame(loops, device);
            JCudaDriver.cuGraphInstantiate(replay, graph, 0);
            gpu.onClose(() -> JCudaDriver.cuGraphExecDestroy(replay));
            for (int step = 1; step < STEPS; step++) {
                JCudaDriver.cuGraphLaunch(replay, device.stream);
                loops.step();
                assertSame(loops, device);
            }
            // A replay reads what memory holds then.
            double[] other = loops.x.clone();
            for (int i = 0; i < other.length; i++) {
                other[i] = loops.x[i] = -other[i];
            }
            float[] narrow = new float[other.length];
            for (int i = 0; i < other.length; i++) {
                narrow[i] = (float) other[i];
            }
            JCudaDriver.cuMemcpyHtoD(
                    (CUdeviceptr) device.xs, Pointer.to(narrow), 4L * narrow.length);
            JCudaDriver.cuGraphLaunch(replay, device.stream);
            loops.step();
            assertSame(loops, device);
        }
    }
}
