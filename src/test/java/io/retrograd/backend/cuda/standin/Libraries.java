package io.retrograd.backend.cuda.standin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/**
 * The stand-in's cuDNN and cuBLAS through JCuda: a context, a handle of each, and whatever a test
 * makes, all of which {@link #close} gives back. The stand-in ends the process where something
 * stays.
 */
final class Libraries implements AutoCloseable {
    static final int DOUBLE = cudnnDataType.CUDNN_DATA_DOUBLE;
    static final int FLOAT = cudnnDataType.CUDNN_DATA_FLOAT;

    // Numbers of cuDNN 9, which JCudnn's classes are too old to know.
    static final int BAD_PARAM = 2000;
    static final int NOT_SUPPORTED = 3000;

    final cudnnHandle dnn = new cudnnHandle();
    final cublasHandle blas = new cublasHandle();

    private final CUcontext context = new CUcontext();
    private final Deque<Runnable> closers = new ArrayDeque<>();

    private Libraries() {
        CUdevice device = new CUdevice();
        JCudaDriver.cuInit(0);
        JCudaDriver.cuDeviceGet(device, 0);
        JCudaDriver.cuCtxCreate(context, 0, device);
        JCudnn.cudnnCreate(dnn);
        JCublas2.cublasCreate(blas);
    }

    /**
     * Opens them; a test is skipped where the stand-in was not built. With {@code -Drequire=cuda}
     * they are the machine's own, on its GPU: what differs there is a bug of the stand-in.
     */
    static Libraries open() {
        Gpu.load();
        JCudaDriver.setExceptionsEnabled(true);
        JCudnn.setExceptionsEnabled(true);
        JCublas2.setExceptionsEnabled(true);
        return new Libraries();
    }

    /** The status of calls that answer with one, where exceptions would hide it. */
    static int status(IntSupplier call) {
        JCudnn.setExceptionsEnabled(false);
        JCublas2.setExceptionsEnabled(false);
        try {
            return call.getAsInt();
        } finally {
            JCudnn.setExceptionsEnabled(true);
            JCublas2.setExceptionsEnabled(true);
        }
    }

    /** One scalar on the host: double, or float for all but double tensors. */
    static Pointer scalar(int type, double value) {
        return type == DOUBLE
                ? Pointer.to(new double[] {value})
                : Pointer.to(new float[] {(float) value});
    }

    /** Memory of so many bytes, never written. */
    Pointer memory(long bytes) {
        CUdeviceptr pointer = new CUdeviceptr();
        JCudaDriver.cuMemAlloc(pointer, Math.max(bytes, 1));
        closers.push(() -> JCudaDriver.cuMemFree(pointer));
        return pointer;
    }

    private Pointer uploaded(Pointer values, long bytes) {
        Pointer pointer = memory(bytes);
        JCudaDriver.cuMemcpyHtoD((CUdeviceptr) pointer, values, bytes);
        return pointer;
    }

    /** A double array on the device. */
    Pointer doubles(double... values) {
        return uploaded(Pointer.to(values), 8L * values.length);
    }

    /** A float array on the device. */
    Pointer floats(double... values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return uploaded(Pointer.to(narrow), 4L * narrow.length);
    }

    /** Shorts on the device: half or bfloat16 as bits. */
    Pointer shorts(int... bits) {
        short[] narrow = new short[bits.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (short) bits[i];
        }
        return uploaded(Pointer.to(narrow), 2L * narrow.length);
    }

    /** Ints on the device. */
    Pointer ints(int... values) {
        return uploaded(Pointer.to(values), 4L * values.length);
    }

    private static void download(Pointer values, Pointer pointer, long bytes) {
        JCudaDriver.cuMemcpyDtoH(values, (CUdeviceptr) pointer, bytes);
    }

    static double[] getDoubles(Pointer pointer, int count) {
        double[] values = new double[count];
        download(Pointer.to(values), pointer, 8L * count);
        return values;
    }

    static double[] getFloats(Pointer pointer, int count) {
        float[] values = new float[count];
        download(Pointer.to(values), pointer, 4L * count);
        double[] wide = new double[count];
        for (int i = 0; i < count; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    static int[] getInts(Pointer pointer, int count) {
        int[] values = new int[count];
        download(Pointer.to(values), pointer, 4L * count);
        return values;
    }

    static int[] getShorts(Pointer pointer, int count) {
        short[] values = new short[count];
        download(Pointer.to(values), pointer, 2L * count);
        int[] bits = new int[count];
        for (int i = 0; i < count; i++) {
            bits[i] = Short.toUnsignedInt(values[i]);
        }
        return bits;
    }

    /** Makes a descriptor, and destroys it when this closes. */
    <D extends NativePointerObject> D make(
            D descriptor, ToIntFunction<D> create, ToIntFunction<D> destroy) {
        expectSuccess(create.applyAsInt(descriptor));
        closers.push(() -> expectSuccess(destroy.applyAsInt(descriptor)));
        return descriptor;
    }

    /** Undoes something when this closes. */
    void onClose(Runnable undo) {
        closers.push(undo);
    }

    private static void expectSuccess(int status) {
        if (status != 0) {
            throw new IllegalStateException("status " + status);
        }
    }

    cudnnTensorDescriptor tensor() {
        return make(
                new cudnnTensorDescriptor(),
                JCudnn::cudnnCreateTensorDescriptor,
                JCudnn::cudnnDestroyTensorDescriptor);
    }

    /** A dense tensor in N C H W order. */
    cudnnTensorDescriptor tensor(int type, int... dims) {
        return tensor(cudnnTensorFormat.CUDNN_TENSOR_NCHW, type, dims);
    }

    /** A dense tensor in N H W C order. */
    cudnnTensorDescriptor channelsLast(int type, int... dims) {
        return tensor(cudnnTensorFormat.CUDNN_TENSOR_NHWC, type, dims);
    }

    private cudnnTensorDescriptor tensor(int format, int type, int... dims) {
        cudnnTensorDescriptor descriptor = tensor();
        JCudnn.cudnnSetTensorNdDescriptorEx(descriptor, format, type, dims.length, dims);
        return descriptor;
    }

    cudnnFilterDescriptor filter(int type, int... dims) {
        cudnnFilterDescriptor descriptor =
                make(
                        new cudnnFilterDescriptor(),
                        JCudnn::cudnnCreateFilterDescriptor,
                        JCudnn::cudnnDestroyFilterDescriptor);
        JCudnn.cudnnSetFilterNdDescriptor(
                descriptor, type, cudnnTensorFormat.CUDNN_TENSOR_NCHW, dims.length, dims);
        return descriptor;
    }

    cudnnConvolutionDescriptor convolution() {
        return make(
                new cudnnConvolutionDescriptor(),
                JCudnn::cudnnCreateConvolutionDescriptor,
                JCudnn::cudnnDestroyConvolutionDescriptor);
    }

    @Override
    public void close() {
        JCudaDriver.cuCtxSynchronize();
        closers.forEach(Runnable::run);
        JCublas2.cublasDestroy(blas);
        JCudnn.cudnnDestroy(dnn);
        JCudaDriver.cuCtxDestroy(context);
    }
}
