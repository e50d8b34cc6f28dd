package io.retrograd.backend.cuda;

import io.retrograd.backend.Choices;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.PlanFile;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.tensor.DeviceLock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureStatus;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnHandle;
import jcuda.runtime.cudaStream_t;
import org.jspecify.annotations.Nullable;

/**
 * A GPU made ready to train: its context and stream, cuDNN, cuBLAS and the kernels on that stream,
 * and everything that was made on it and has to be given back.
 *
 * <p>For the thread that has its {@link #lock}, after {@link #enter}.
 */
final class CudaDevice implements AutoCloseable {
    private static final String KIND = "cuda";

    /** What NVIDIA advises for cuBLAS on the GPUs that need most, and for others. */
    private static final long LARGE_WORKSPACE = 32L << 20;

    private static final long SMALL_WORKSPACE = 8L << 20;
    private static final int HOPPER = 90;

    private final DeviceLock lock;
    private final CudaPrecision precision;
    private final boolean deterministic;
    private final CudaPlatform platform;
    private final Choices choices;
    private final boolean measures;
    private final Consumer<String> log;
    private final Resources resources = new Resources();
    private final CudaContext context;
    private final cudnnHandle dnn = new cudnnHandle();
    private final cublasHandle blas = new cublasHandle();
    private final CudaKernels kernels;
    private final Staging staging;
    private final Pointer one;
    private final Pointer zero;
    private boolean hostWork;

    /**
     * Opens a GPU.
     *
     * @param gpu its number, from 0
     * @param options the number of threads has no meaning here
     * @param choices of the fastest way where there are several; null for those that are remembered
     *     for this GPU, or on the stand-in for what is expected to be the fastest
     * @param log told in a line what is compiled, if anything is
     * @throws IllegalStateException if CUDA cannot be used; the message says what is missing
     */
    CudaDevice(
            CudaPlatform platform,
            int gpu,
            OpenOptions options,
            @Nullable Choices choices,
            Consumer<String> log) {
        this.platform = platform;
        lock = new DeviceLock(platform.device());
        precision = CudaPrecision.of(options.precision());
        deterministic = options.deterministic();
        this.log = log;
        ByteBuffer scalars = ByteBuffer.allocateDirect(2 * Double.BYTES);
        scalars.order(ByteOrder.nativeOrder());
        if (precision == CudaPrecision.FLOAT64) {
            scalars.putDouble(0, 1);
        } else {
            scalars.putFloat(0, 1);
        }
        one = Pointer.to(scalars);
        zero = one.withByteOffset(Double.BYTES);
        context = resources.add(new CudaContext(platform, gpu), CudaContext::close);
        measures = !deterministic && (choices != null || !context.standin());
        try {
            require(precision);
            String machine = machine(context.name(), precision);
            Choices made = choices != null ? choices : Choices.remembered(KIND, machine);
            Path plan = options.plan();
            this.choices =
                    plan == null
                            ? made
                            : new PlanFile(plan, made, KIND + "|" + machine, options.grows());
            this.choices.open("all");
            JCudnn.setExceptionsEnabled(false); // Cudnn checks
            cudaStream_t stream = new cudaStream_t(context.stream());
            Cudnn.check("cudnnCreate", JCudnn.cudnnCreate(dnn));
            resources.add(dnn, JCudnn::cudnnDestroy);
            Cudnn.check("cudnnSetStream", JCudnn.cudnnSetStream(dnn, stream));
            JCublas2.cublasCreate(blas);
            resources.add(blas, JCublas2::cublasDestroy);
            JCublas2.cublasSetStream(blas, stream);
            giveWorkspace();
            kernels = new CudaKernels(context, precision.real(), log);
            resources.add(kernels, CudaKernels::close);
            staging = new Staging(context.stream());
            resources.add(staging, Staging::close);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    private void require(CudaPrecision precision) {
        if (context.architecture() < precision.firstArchitecture()) {
            throw new IllegalStateException(
                    String.format(
                            "precision %s: expected a GPU of compute capability %.1f or newer, got"
                                    + " %s (%.1f); use %s",
                            precision,
                            precision.firstArchitecture() / 10.0,
                            context.name(),
                            context.architecture() / 10.0,
                            CudaPrecision.FLOAT32));
        }
    }

    /** This GPU, and what else times depend on. */
    private static String machine(String gpu, CudaPrecision precision) {
        return gpu + "|" + JCudnn.cudnnGetVersion() + "|" + precision;
    }

    CudaPlatform platform() {
        return platform;
    }

    /** Else cuBLAS would allocate in the middle of a step. */
    private void giveWorkspace() {
        long bytes = context.architecture() >= HOPPER ? LARGE_WORKSPACE : SMALL_WORKSPACE;
        CUdeviceptr workspace = new CUdeviceptr();
        JCudaDriver.cuMemAlloc(workspace, bytes);
        resources.add(workspace, JCudaDriver::cuMemFree);
        JCublas2.cublasSetWorkspace(blas, workspace, bytes);
    }

    /** Of the GPU, for whoever works on it. */
    DeviceLock lock() {
        return lock;
    }

    /** Makes the GPU current to this thread, which has its lock. */
    void enter() {
        lock.requireHeld();
        context.enter();
    }

    CudaContext context() {
        return context;
    }

    CUstream stream() {
        return context.stream();
    }

    cudnnHandle dnn() {
        return dnn;
    }

    cublasHandle blas() {
        return blas;
    }

    CudaKernels kernels() {
        return kernels;
    }

    Staging staging() {
        return staging;
    }

    CudaPrecision precision() {
        return precision;
    }

    /** Whether results must be the same bits from run to run. */
    boolean deterministic() {
        return deterministic;
    }

    /** Of the fastest way where there are several. */
    Choices choices() {
        return choices;
    }

    /** Whether what is fastest is to be measured: not where results or the machine forbid it. */
    boolean measures() {
        return measures;
    }

    /** What was made on the GPU; closed with it, if not before. */
    Resources resources() {
        return resources;
    }

    /** The number 1 on the host, as cuDNN and cuBLAS take it. */
    Pointer one() {
        return one;
    }

    /** The number 0 on the host, as cuDNN and cuBLAS take it. */
    Pointer zero() {
        return zero;
    }

    /** Tells the user something, in a line. */
    void log(String line) {
        log.accept(line);
    }

    /** Whether what is enqueued is recorded now and runs later. */
    boolean recording() {
        int[] status = new int[1];
        JCudaDriver.cuStreamIsCapturing(stream(), status);
        return status[0] != CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE;
    }

    /**
     * Makes sure that the GPU can go on after a failure.
     *
     * @throws RuntimeException the failure, if it can not
     */
    void requireHealth(RuntimeException failure) {
        try {
            synchronize();
        } catch (CudaException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    /** Says that work which was just enqueued waited for the host, so no graph can hold it. */
    void hostWorked() {
        hostWork = true;
    }

    /** Whether {@link #hostWorked} was called since the last call. */
    boolean clearHostWork() {
        boolean was = hostWork;
        hostWork = false;
        return was;
    }

    /** Waits until all that was enqueued has run. */
    void synchronize() {
        enter();
        context.synchronize();
    }

    /** Waits, and gives everything back. Closing twice does nothing. */
    @Override
    public void close() {
        lock.close(
                () -> {
                    try {
                        synchronize();
                    } finally {
                        resources.close();
                    }
                });
    }
}
