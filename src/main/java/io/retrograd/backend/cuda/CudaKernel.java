package io.retrograd.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/**
 * A kernel of your own, compiled by NVRTC and launched with checked arguments.
 *
 * <pre>{@code
 * String source = """
 *         __global__ void scale(float a, float* y, long long n) {
 *             long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
 *             if (i < n) y[i] *= a;
 *         }
 *         """;
 * try (CudaContext gpu = new CudaContext(CudaPlatform.MACHINE, 0);
 *         CudaArray y = CudaArray.of(1, 2, 3);
 *         CudaKernel scale = CudaKernel.compile(source, "scale")) {
 *     scale.launch(gpu, Grid.over(y.count()), 2f, y, y.count());
 *     float[] doubled = y.floats(gpu);
 * }
 * }</pre>
 *
 * <p>The types of arguments are checked against the kernel's parameters as its source declares
 * them. NVRTC has no standard headers; what CUDA C++ predefines is there without any.
 */
public final class CudaKernel implements AutoCloseable {
    private static final int SLOT = Long.BYTES;

    private final KernelSignature signature;
    private final CUfunction function = new CUfunction();
    private final ByteBuffer values;
    private final Pointer parameters;
    private final Runnable close;

    private CudaKernel(KernelSignature signature, CUmodule module, String symbol, Runnable close) {
        this.signature = signature;
        this.close = close;
        JCudaDriver.cuModuleGetFunction(function, module, symbol);
        int count = signature.parameters().size();
        values = ByteBuffer.allocateDirect(SLOT * (count + 1)).order(ByteOrder.nativeOrder());
        Pointer[] slots = new Pointer[count];
        for (int i = 0; i < count; i++) {
            slots[i] = Pointer.to(values).withByteOffset((long) i * SLOT);
        }
        parameters = Pointer.to(slots);
    }

    /**
     * Compiles a source for the GPU that is current to this thread.
     *
     * @param source CUDA C++
     * @param name a {@code __global__} function of it, with its namespaces, and its arguments if it
     *     is a template: what has a type of the source's own is then not checked
     * @throws KernelException if it does not compile; the message holds the errors with the
     *     source's lines
     * @throws IllegalArgumentException if the source has no such kernel
     */
    public static CudaKernel compile(String source, String name) {
        KernelProgram program =
                new KernelProgram(simple(name) + ".cu", source, Map.of(), List.of(name), Map.of());
        KernelSignature signature = KernelSignature.of(source, simple(name), Map.of());
        KernelImage image = new KernelCompiler(currentArchitecture()).compile(program);
        CUmodule module = load(image);
        Runnable unload = () -> JCudaDriver.cuModuleUnload(module);
        try {
            return of(signature, module, image, name, unload);
        } catch (CudaException e) {
            unload.run();
            throw e;
        }
    }

    /** A kernel of a module that somebody else unloads. */
    static CudaKernel of(
            KernelSignature signature,
            CUmodule module,
            KernelImage image,
            String name,
            Runnable close) {
        String symbol = image.symbols().getOrDefault(name, name);
        return new CudaKernel(signature, module, symbol, close);
    }

    static CUmodule load(KernelImage image) {
        CUmodule module = new CUmodule();
        JCudaDriver.cuModuleLoadData(module, image.code());
        return module;
    }

    /** Without namespaces and the arguments of a template. */
    private static String simple(String name) {
        String plain = name.replaceFirst("<.*", "");
        return plain.substring(plain.lastIndexOf(':') + 1);
    }

    private static int currentArchitecture() {
        CUdevice device = new CUdevice();
        JCudaDriver.cuCtxGetDevice(device);
        int[] major = new int[1];
        int[] minor = new int[1];
        JCudaDriver.cuDeviceGetAttribute(
                major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
        JCudaDriver.cuDeviceGetAttribute(
                minor, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        return 10 * major[0] + minor[0];
    }

    /**
     * Puts a launch into the context's stream; does not wait for it.
     *
     * @param arguments one for each parameter: {@code Byte}, {@code Integer}, {@code Long}, {@code
     *     Float}, {@code Double}, or for a pointer a {@link CudaArray} (with {@link Grid#over}) or
     *     what {@link CudaArray#first} gives
     * @throws IllegalArgumentException if there are too many or too few, if one has another type
     *     than the kernel's parameter, or if an array has too few elements
     */
    public void launch(CudaContext context, Grid grid, Object... arguments) {
        List<KernelSignature.Parameter> wanted = signature.parameters();
        if (arguments.length != wanted.size()) {
            throw new IllegalArgumentException(
                    this + ": expected " + wanted.size() + " arguments, got " + arguments.length);
        }
        for (int i = 0; i < arguments.length; i++) {
            put(i, wanted.get(i), arguments[i], grid);
        }
        enqueue(context, grid, parameters);
    }

    /**
     * Puts a launch into the context's stream, its arguments as the driver takes them.
     *
     * @param arguments a pointer to each
     */
    void enqueue(CudaContext context, Grid grid, Pointer arguments) {
        context.enter();
        Grid.Size blocks = grid.blocks();
        Grid.Size threads = grid.threads();
        JCudaDriver.cuLaunchKernel(
                function,
                blocks.x(),
                blocks.y(),
                blocks.z(),
                threads.x(),
                threads.y(),
                threads.z(),
                grid.sharedBytes(),
                context.stream(),
                arguments,
                null);
    }

    List<KernelSignature.Parameter> parameters() {
        return signature.parameters();
    }

    /** Its name in the source. */
    public String name() {
        return signature.kernel();
    }

    private void put(int i, KernelSignature.Parameter wanted, Object argument, Grid grid) {
        int slot = i * SLOT;
        ElementType given;
        if (argument instanceof CudaArray.Elements elements) {
            given = elements.array().type();
            values.putLong(slot, address(elements.array()));
        } else if (argument instanceof CudaArray array) {
            given = array.type();
            values.putLong(slot, address(counted(array, wanted, grid)));
        } else if (argument instanceof Float value) {
            given = ElementType.FLOAT32;
            values.putFloat(slot, value);
        } else if (argument instanceof Double value) {
            given = ElementType.FLOAT64;
            values.putDouble(slot, value);
        } else if (argument instanceof Integer value) {
            given = ElementType.INT32;
            values.putInt(slot, value);
        } else if (argument instanceof Long value) {
            given = ElementType.INT64;
            values.putLong(slot, value);
        } else if (argument instanceof Byte value) {
            given = wanted.type() == ElementType.UINT8 ? ElementType.UINT8 : ElementType.INT8;
            values.put(slot, value);
        } else {
            throw wrong(wanted, argument);
        }
        boolean array = argument instanceof CudaArray || argument instanceof CudaArray.Elements;
        boolean fits = wanted.type() == null || given == wanted.type();
        if (array != wanted.array() || !fits) {
            throw wrong(wanted, argument);
        }
    }

    private IllegalArgumentException wrong(KernelSignature.Parameter wanted, Object argument) {
        return new IllegalArgumentException(
                this
                        + ": expected `"
                        + wanted.text()
                        + "`, got "
                        + (argument instanceof Number
                                ? argument.getClass().getSimpleName() + " " + argument
                                : argument));
    }

    private CudaArray counted(CudaArray array, KernelSignature.Parameter wanted, Grid grid) {
        if (grid.elements() == 0) {
            throw new IllegalArgumentException(
                    this
                            + ": it is not known how many elements of `"
                            + wanted.text()
                            + "` the kernel uses; pass array.first(n)");
        }
        return array.first(grid.elements()).array();
    }

    private static long address(CudaArray array) {
        // A device pointer shows its address in no other way.
        return new Address(array).value();
    }

    /** Unloads it. Work that uses it must be done. */
    @Override
    public void close() {
        close.run();
    }

    @Override
    public String toString() {
        return "CudaKernel " + signature.kernel();
    }

    /** Reads the address of an array. */
    private static final class Address extends Pointer {
        Address(CudaArray array) {
            super(array.pointer());
        }

        long value() {
            return getNativePointer() + getByteOffset();
        }
    }
}
