package io.retrograd.backend.cuda;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import jcuda.Pointer;
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

    /** Where each argument stands in the values. */
    private final int[] slots;

    private final Pointer parameters;

    /** The tensor of each argument that is one. */
    private final @Nullable CudaTensor[] tensors;

    private boolean placed;

    /**
     * A launch.
     *
     * @param arguments one for each parameter of the kernel: a {@link CudaTensor} or null for a
     *     pointer, an {@code Integer}, {@code Long} or {@code Boolean} for a whole number, a {@code
     *     Double} for a {@code real}, a float or a double, an {@code int[]} for a struct of ints
     * @throws IllegalArgumentException if they do not fit the kernel's parameters
     */
    Launch(CudaDevice device, CudaKernel kernel, Grid grid, @Nullable Object... arguments) {
        this.device = device;
        this.kernel = kernel;
        this.grid = grid;
        List<KernelSignature.Parameter> wanted = this.kernel.parameters();
        if (arguments.length != wanted.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d arguments, got %d",
                            this.kernel, wanted.size(), arguments.length));
        }
        int bytes = Arrays.stream(arguments).mapToInt(Launch::bytes).sum();
        values = ByteBuffer.allocateDirect(Math.max(bytes, SLOT)).order(ByteOrder.nativeOrder());
        slots = new int[arguments.length];
        tensors = new CudaTensor[arguments.length];
        Pointer[] pointers = new Pointer[arguments.length];
        int slot = 0;
        for (int i = 0; i < arguments.length; i++) {
            slots[i] = slot;
            pointers[i] = Pointer.to(values).withByteOffset(slot);
            set(i, wanted.get(i), arguments[i]);
            slot += bytes(arguments[i]);
        }
        parameters = Pointer.to(pointers);
    }

    /** A launch of the kernel of this name, of {@link CudaKernels}. */
    Launch(CudaDevice device, String kernel, Grid grid, @Nullable Object... arguments) {
        this(device, device.kernels().get(kernel), grid, arguments);
    }

    /** What an argument takes, rounded up so that the next one is aligned. */
    private static int bytes(@Nullable Object argument) {
        return argument instanceof int[] fields ? (fields.length + 1) / 2 * SLOT : SLOT;
    }

    private void set(int i, KernelSignature.Parameter wanted, @Nullable Object argument) {
        if (wanted.array()) {
            if (argument == null) {
                return;
            }
            if (argument instanceof CudaTensor tensor
                    && (tensor.scratch() || wanted.takes(tensor.dtype()))) {
                tensors[i] = tensor;
                return;
            }
            throw wrong(wanted, argument);
        }
        ElementType type = wanted.type();
        int slot = slots[i];
        if (type == ElementType.INT32 && argument instanceof Integer value) {
            values.putInt(slot, value);
        } else if (type == ElementType.INT32 && argument instanceof Boolean value) {
            values.putInt(slot, value ? 1 : 0);
        } else if (type == ElementType.INT64 && argument instanceof Number value) {
            values.putLong(slot, value.longValue());
        } else if (type == ElementType.FLOAT32 && argument instanceof Double value) {
            Checks.fits(kernel + ": " + wanted.text(), value, DType.FLOAT32);
            values.putFloat(slot, value.floatValue());
        } else if (type == ElementType.FLOAT64 && argument instanceof Double value) {
            values.putDouble(slot, value);
        } else if (type == null && argument instanceof int[] fields) {
            for (int field = 0; field < fields.length; field++) {
                values.putInt(slot + field * Integer.BYTES, fields[field]);
            }
        } else {
            throw wrong(wanted, argument);
        }
    }

    /** Gives a number another value, for the next runs. */
    void set(int argument, double value) {
        set(argument, kernel.parameters().get(argument), value);
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
                    values.putLong(slots[i], tensor.address());
                }
            }
            placed = true;
        }
        kernel.enqueue(device.context(), grid, parameters);
    }

    @Override
    public String toString() {
        return kernel.name();
    }
}
