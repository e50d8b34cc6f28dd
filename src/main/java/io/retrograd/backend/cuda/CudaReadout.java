package io.retrograd.backend.cuda;

import io.retrograd.tensor.Readout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** Copies a tensor into page-locked memory of its own, behind what was enqueued before. */
final class CudaReadout implements Readout {
    private final CudaTensor tensor;
    private final Resources resources;
    private final Pointer pointer = new Pointer();
    private final CUevent copied = new CUevent();
    private final ByteBuffer bytes;

    /** For the thread that has the device's lock. */
    CudaReadout(CudaTensor tensor) {
        this.tensor = tensor;
        CudaDevice device = tensor.device();
        device.enter();
        resources = new Resources(device.resources());
        JCudaDriver.cuMemAllocHost(pointer, tensor.bytes());
        resources.add(pointer, JCudaDriver::cuMemFreeHost);
        JCudaDriver.cuEventCreate(copied, CUevent_flags.CU_EVENT_DISABLE_TIMING);
        resources.add(copied, JCudaDriver::cuEventDestroy);
        bytes = pointer.getByteBuffer(0, tensor.bytes()).order(ByteOrder.nativeOrder());
    }

    @Override
    public void take() {
        CudaDevice device = tensor.device();
        device.enter();
        JCudaDriver.cuMemcpyDtoHAsync(pointer, tensor.pointer(), tensor.bytes(), device.stream());
        JCudaDriver.cuEventRecord(copied, device.stream());
    }

    @Override
    public void give(double[] into) {
        tensor.device().enter();
        JCudaDriver.cuEventSynchronize(copied);
        HostNumbers.empty(bytes, tensor.dtype(), into, 0, tensor.size());
    }

    @Override
    public void close() {
        resources.closeIdle(tensor.device());
    }
}
