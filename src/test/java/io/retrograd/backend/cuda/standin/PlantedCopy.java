package io.retrograd.backend.cuda.standin;

import com.sun.jna.Memory;
import io.retrograd.backend.cuda.CudaContext;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Lets the stand-in write behind memory of the host's, for {@code native/check/run} to see. */
final class PlantedCopy {
    private static final int BYTES = 32;

    private PlantedCopy() {}

    public static void main(String[] args) {
        try (CudaContext context = Gpu.open();
                Memory host = new Memory(BYTES)) {
            CUdeviceptr device = new CUdeviceptr();
            JCudaDriver.cuMemAlloc(device, 2 * BYTES);
            JCudaDriver.cuMemsetD8(device, (byte) 1, 2 * BYTES);
            Pointer to = Pointer.to(host.getByteBuffer(0, BYTES));
            JCudaDriver.cuMemcpyDtoH(to, device, BYTES);
            System.out.println("wrote the last byte");
            JCudaDriver.cuMemcpyDtoH(to, device, 2 * BYTES);
            System.out.println("wrote behind");
            JCudaDriver.cuMemFree(device);
            context.synchronize();
        }
    }
}
