package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/** A GPU's memory, in blocks that live as long as a model or a binding. */
final class CudaMemory implements Memory {
    /** For each of a model's blocks up to a page of 2 MiB more than its tensors; small tables. */
    private static final long SPARE = 32L << 20;

    private final CudaDevice device;

    CudaMemory(CudaDevice device) {
        this.device = device;
    }

    /** One allocation, zeroed. */
    static final class Block implements Arena {
        private final CudaDevice device;
        private final Resources resources;
        private final DevicePointer pointer = new DevicePointer();

        Block(CudaDevice device, long bytes) {
            this.device = device;
            device.enter();
            checkFree(device, bytes);
            JCudaDriver.cuMemAlloc(pointer, bytes);
            resources = new Resources(device.resources());
            resources.add(pointer, JCudaDriver::cuMemFree);
            JCudaDriver.cuMemsetD8Async(pointer, (byte) 0, bytes, device.stream());
        }

        private static void checkFree(CudaDevice device, long bytes) {
            CudaContext.Memory memory = device.context().memory();
            if (bytes > memory.free()) {
                throw MemoryException.block(
                        device.context().name(),
                        bytes,
                        String.format("%,d of %,d", memory.free(), memory.total()),
                        "make the batch smaller");
            }
        }

        CUdeviceptr pointer() {
            return pointer;
        }

        long address() {
            return pointer.address();
        }

        boolean closed() {
            return resources.closed();
        }

        /** Waits for the work that may use it, and frees it. */
        @Override
        public void close() {
            device.lock().enterToFree();
            try {
                if (!closed()) {
                    device.synchronize();
                    resources.close();
                }
            } finally {
                device.lock().exit();
            }
        }
    }

    /** A device pointer that shows its address. */
    private static final class DevicePointer extends CUdeviceptr {
        long address() {
            return getNativePointer() + getByteOffset();
        }
    }

    @Override
    public Tensor tensor(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        return new CudaTensor(device, name, shape, dtype, grad);
    }

    @Override
    public int bytes(DType dtype) {
        return dtype.bytes();
    }

    @Override
    public long bytes(Tensor tensor) {
        return ((CudaTensor) tensor).bytes();
    }

    @Override
    public long available() {
        device.lock().enter();
        try {
            return device.context().memory().free();
        } finally {
            device.lock().exit();
        }
    }

    @Override
    public long spare() {
        return SPARE;
    }

    @Override
    public Arena allocate(long bytes) {
        device.lock().enter();
        try {
            return new Block(device, Math.max(bytes, ALIGNMENT));
        } finally {
            device.lock().exit();
        }
    }

    @Override
    public void place(Tensor tensor, Arena arena, long offset) {
        ((CudaTensor) tensor).place((Block) arena, offset);
    }
}
