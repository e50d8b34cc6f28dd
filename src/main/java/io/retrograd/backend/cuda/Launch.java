package io.retrograd.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * One launch of a kernel with fixed arguments: made once, run many times.
 *
 * <p>Where its tensors lie is looked up at the first run, when they have memory.
 */
final class Launch implements Runnable {
    private static final int SLOT = Long.BYTES;

    private final CudaDevice device;
    private final CudaKernel kernel;
    private final Grid grid;
    private final ByteBuffer values;
    private final Pointer parameters;

    /** The tensor of each argument that is one. */
    private final @Nullable CudaTensor[] tensors;

    private boolean placed;

    /**
     * A launch.
     *
     * @param arguments one for each parameter of the kernel: a {@link CudaTensor} or null for a
     *     pointer, an {@code Integer}, {@code Long} or {@code Boolean} for a whole number, a {@code
     *     Double} for a {@code real}, a float or a double
     * @throws IllegalArgumentException if they do not fit the kernel's parameters
     */
    Launch(CudaDevice device, String kernel, Grid grid, @Nullable Object... arguments) {
        this.device = device;
        this.kernel = device.kernels().get(kernel);
        this.grid = grid;
        List<KernelSignature.Parameter> wanted = this.kernel.parameters();
        if (arguments.length != wanted.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d arguments, got %d",
                            this.kernel, wanted.size(), arguments.length));
        }
        values = ByteBuffer.allocateDirect(SLOT * (arguments.length + 1));
        values.order(ByteOrder.nativeOrder());
        tensors = new CudaTensor[arguments.length];
        Pointer[] slots = new Pointer[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            slots[i] = Pointer.to(values).withByteOffset((long) i * SLOT);
            set(i, wanted.get(i), arguments[i]);
        }
        parameters = Pointer.to(slots);
    }

    private void set(int i, KernelSignature.Parameter wanted, @Nullable Object argument) {
        if (wanted.array()) {
            if (argument == null) {
                return;
            }
            if (argument instanceof CudaTensor tensor && wanted.takes(tensor.dtype())) {
                tensors[i] = tensor;
                return;
            }
            throw wrong(wanted, argument);
        }
        ElementType type = wanted.type();
        int slot = i * SLOT;
        if (type == ElementType.INT32 && argument instanceof Integer value) {
            values.putInt(slot, value);
        } else if (type == ElementType.INT32 && argument instanceof Boolean value) {
            values.putInt(slot, value ? 1 : 0);
        } else if (type == ElementType.INT64 && argument instanceof Number value) {
            values.putLong(slot, value.longValue());
        } else if (type == ElementType.FLOAT32 && argument instanceof Double value) {
            values.putFloat(slot, value.floatValue());
        } else if (type == ElementType.FLOAT64 && argument instanceof Double value) {
            values.putDouble(slot, value);
        } else {
            throw wrong(wanted, argument);
        }
    }

    private IllegalArgumentException wrong(
            KernelSignature.Parameter wanted, @Nullable Object argument) {
        return new IllegalArgumentException(
                kernel + ": expected `" + wanted.text() + "`, got " + argument);
    }

    @Override
    public void run() {
        for (CudaTensor tensor : tensors) {
            if (tensor != null) {
                tensor.checkOpen();
            }
        }
        if (!placed) {
            for (int i = 0; i < tensors.length; i++) {
                CudaTensor tensor = tensors[i];
                if (tensor != null) {
                    values.putLong(i * SLOT, tensor.address());
                }
            }
            placed = true;
        }
        Grid.Size blocks = grid.blocks();
        Grid.Size threads = grid.threads();
        JCudaDriver.cuLaunchKernel(
                kernel.function(),
                blocks.x(),
                blocks.y(),
                blocks.z(),
                threads.x(),
                threads.y(),
                threads.z(),
                grid.sharedBytes(),
                device.stream(),
                parameters,
                null);
    }

    @Override
    public String toString() {
        return kernel.name();
    }
}
