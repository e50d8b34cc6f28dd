package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.status;
import static io.retrograd.backend.cuda.standin.PlantedFaults.expect;

import io.retrograd.backend.cuda.platform.CudaPlatform;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnHandle;

/**
 * Contexts that an illegal access of a kernel has broken: every call answers with its error, and a
 * new context works. Run by {@link PlantedFaultTest} in a JVM of its own: {@code BrokenContexts
 * NAME}.
 */
enum BrokenContexts {
    OUT_OF_BOUNDS("illegal", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS),
    MISALIGNED("illegal", CUresult.CUDA_ERROR_MISALIGNED_ADDRESS),
    ASSERTION("illegal", CUresult.CUDA_ERROR_ASSERT),
    PRIMARY("illegal", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS),
    TAKEN_FOR_ONE("break:k", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);

    private static final int BLOCKS = 2;
    private static final int N = 64;
    private static final String SOURCE =
            """
            extern "C" __global__ void k(float* y, int fault) {
                __shared__ float s[64];
                int t = threadIdx.x;
                s[t] = t;
                __syncthreads();
                if (fault == 1 && t == 33) y[128] = 1;
                if (fault == 2 && t == 33) *(float*)((char*)y + 1) = 1;
                if (fault == 3) assert(t != 33);
                __syncthreads();
                y[64 * blockIdx.x + t] = s[63 - t];
            }
            extern "C" __global__ void whole(float* y, int fault) { k(y, fault); }
            """;

    final String planted;
    private final int error;

    BrokenContexts(String planted, int error) {
        this.planted = planted;
        this.error = error;
    }

    public static void main(String[] arguments) {
        CudaPlatform.STANDIN.require();
        JCudaDriver.setExceptionsEnabled(true);
        JCudaDriver.cuInit(0);
        valueOf(arguments[0]).check();
        System.out.println(PlantedFaults.SEEN);
    }

    /** A buffer and a kernel of the current context. */
    private static final class Work {
        private final CUdeviceptr y = new CUdeviceptr();
        private final CUmodule module = new CUmodule();
        private final CUfunction function = new CUfunction();

        Work(String kernel) {
            JCudaDriver.cuMemAlloc(y, BLOCKS * N * Float.BYTES);
            JCudaDriver.cuModuleLoadData(module, EndToEndTest.compile(SOURCE));
            JCudaDriver.cuModuleGetFunction(function, module, kernel);
        }

        void launch(int fault) {
            Pointer arguments = Pointer.to(Pointer.to(y), Pointer.to(new int[] {fault}));
            JCudaDriver.cuLaunchKernel(function, BLOCKS, 1, 1, N, 1, 1, 0, null, arguments, null);
        }

        void close() {
            JCudaDriver.cuModuleUnload(module);
            JCudaDriver.cuMemFree(y);
        }
    }

    private CUcontext context() {
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, 0);
        CUcontext context = new CUcontext();
        if (this == PRIMARY) {
            JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
            JCudaDriver.cuCtxSetCurrent(context);
        } else {
            JCudaDriver.cuCtxCreate(context, 0, device);
        }
        return context;
    }

    private void destroy(CUcontext context) {
        if (this == PRIMARY) {
            CUdevice device = new CUdevice();
            JCudaDriver.cuDeviceGet(device, 0);
            expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuDevicePrimaryCtxReset(device));
        } else {
            expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuCtxDestroy(context));
        }
    }

    private void check() {
        CUcontext other = context();
        CUcontext broken = this == PRIMARY ? other : context();
        Work work = new Work("k");
        cudnnHandle dnn = new cudnnHandle();
        JCudnn.cudnnCreate(dnn);
        work.launch(
                switch (this) {
                    case OUT_OF_BOUNDS, PRIMARY -> 1;
                    case MISALIGNED -> 2;
                    case ASSERTION -> 3;
                    case TAKEN_FOR_ONE -> 0;
                });
        JCudaDriver.setExceptionsEnabled(false);
        for (int i = 0; i < 2; i++) {
            expect(error, JCudaDriver.cuCtxSynchronize());
            expect(error, JCudaDriver.cuMemFree(work.y));
            expect(error, JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1));
            expect(error, JCudaDriver.cuMemcpyDtoH(Pointer.to(new float[N]), work.y, 4));
            expect(error, JCudaDriver.cuModuleUnload(work.module));
        }
        expect(true, status(() -> JCublas2.cublasCreate(new cublasHandle())) != 0);
        CUcontext current = new CUcontext();
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuCtxGetCurrent(current));
        expect(broken, current);
        destroy(broken);
        JCudnn.cudnnDestroy(dnn);
        JCudaDriver.setExceptionsEnabled(true);
        if (this != PRIMARY) {
            JCudaDriver.cuCtxSetCurrent(other);
            works();
            destroy(other);
        }
        CUcontext next = context();
        works();
        destroy(next);
    }

    private static void works() {
        Work work = new Work("whole");
        work.launch(0);
        float[] y = new float[N];
        JCudaDriver.cuMemcpyDtoH(Pointer.to(y), work.y, N * Float.BYTES);
        expect(N - 1f, y[0]);
        expect(0f, y[N - 1]);
        work.close();
    }
}
