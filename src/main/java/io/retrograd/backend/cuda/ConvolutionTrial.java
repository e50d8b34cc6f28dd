package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.backend.cuda.ConvolutionWay.Operands;
import io.retrograd.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/**
 * Tries ways to compute a pass of a convolution, on memory of its own: compares the result on
 * random values with the direct kernel's, and watches the memory behind the result and the
 * workspace.
 *
 * <p>How far two results may differ: a sum of K products of numbers uniform in [-1, 1] has a
 * standard deviation of √K/3. Rounding the factors to a spacing of δ changes it by δ/√2 · √K/3 or
 * less; rounding the sums, taken one term after the other, to a spacing of ε by ε/2 · K/(3√2).
 * Allowed is {@value #DEVIATIONS} times both, times what the way's own transforms may add.
 */
final class ConvolutionTrial implements AutoCloseable {
    private static final int DEVIATIONS = 8;
    private static final int GUARD_BYTES = 4096;

    /** What memory holds that nobody may write. */
    private static final byte GUARD = 0x3C;

    /** Every element is a NaN. */
    private static final byte UNWRITTEN = (byte) 0xFF;

    private static final int MOST_BLOCKS = 1024;
    private static final long SEED = 0x5EED;

    private final CudaDevice device;
    private final ConvolutionPass pass;
    private final Tensors tensors;
    private final Memory.Arena arena;
    private final double tolerance;
    private final Launch compare;

    /** The operands, what the pass should give, and what it may write, with room for guards. */
    private record Tensors(
            Operands operands,
            CudaTensor expected,
            CudaTensor counts,
            CudaTensor guard,
            CudaTensor workspace) {
        static Tensors of(
                CudaDevice device,
                ConvolutionShape shape,
                ConvolutionPass pass,
                long workspaceBytes) {
            DType dtype = device.precision().dtype();
            Operands operands =
                    new Operands(
                            CudaTensor.own(device, "x", dtype, shape.xSize()),
                            CudaTensor.own(device, "w", dtype, shape.wSize()),
                            CudaTensor.own(device, "y", dtype, shape.ySize()));
            return new Tensors(
                    operands,
                    CudaTensor.own(device, "expected", dtype, pass.result(operands).size()),
                    CudaTensor.own(device, "counts", DType.FLOAT64, MOST_BLOCKS),
                    CudaTensor.scratch(device, "guard", GUARD_BYTES),
                    CudaTensor.scratch(device, "workspace", workspaceBytes + GUARD_BYTES));
        }

        /** In the order in which they lie: an overrun meets guards first, and no factor. */
        List<CudaTensor> all(ConvolutionPass pass) {
            List<CudaTensor> all = new ArrayList<>(pass.factors(operands));
            all.addAll(List.of(expected, counts, pass.result(operands), guard, workspace));
            return all;
        }
    }

    /**
     * Memory for trying ways.
     *
     * @param workspaceBytes the most that one of them needs
     */
    ConvolutionTrial(
            CudaDevice device, ConvolutionShape shape, ConvolutionPass pass, long workspaceBytes) {
        this.device = device;
        this.pass = pass;
        CudaMemory memory = new CudaMemory(device);
        tensors = Tensors.of(device, shape, pass, workspaceBytes);
        List<CudaTensor> all = tensors.all(pass);
        arena = memory.allocate(bytes(memory, all));
        long offset = 0;
        for (CudaTensor tensor : all) {
            memory.place(tensor, arena, offset);
            offset += memory.footprint(tensor);
        }
        double products = pass.products(shape);
        CudaPrecision precision = device.precision();
        double ofFactors = precision.epsilon() * Math.sqrt(products / 2) / 3;
        double ofSums = precision.dtype().epsilon() * products / (6 * Math.sqrt(2));
        tolerance = DEVIATIONS * (ofFactors + ofSums);
        CudaTensor result = pass.result(tensors.operands);
        int blocks = Math.min(MOST_BLOCKS, Grid.over(result.size()).blocks().x());
        compare =
                new Launch(
                        device,
                        "count_differences",
                        Grid.of(blocks, Grid.THREADS),
                        result,
                        tensors.expected,
                        tolerance,
                        tensors.counts,
                        (long) result.size());
        fill(shape);
    }

    private void fill(ConvolutionShape shape) {
        int stream = 0;
        for (CudaTensor factor : pass.factors(tensors.operands)) {
            long n = factor.size();
            Grid grid = Grid.over(n);
            new Launch(device, "philox_uniform", grid, factor, 1.0, SEED, stream, n).run();
            stream++;
        }
        Operands judge = pass.withResult(tensors.operands, tensors.expected);
        new DirectConvolution(device, shape, pass).on(judge, /* workspace= */ null).run();
    }

    /** The memory that it takes. */
    static long bytes(
            CudaDevice device, ConvolutionShape shape, ConvolutionPass pass, long workspaceBytes) {
        Tensors tensors = Tensors.of(device, shape, pass, workspaceBytes);
        return bytes(new CudaMemory(device), tensors.all(pass));
    }

    private static long bytes(CudaMemory memory, List<CudaTensor> tensors) {
        return tensors.stream().mapToLong(memory::footprint).sum();
    }

    /** The pass by a way, on this memory. */
    Runnable pass(ConvolutionWay way) {
        return way.on(tensors.operands, tensors.workspace);
    }

    /**
     * Runs a way once.
     *
     * @throws CudnnException if it fails for another reason than its own
     */
    Verdict judge(ConvolutionWay way) {
        CudaTensor result = pass.result(tensors.operands);
        List<CUdeviceptr> guards =
                List.of(
                        result.pointer().withByteOffset(result.bytes()),
                        tensors.workspace.pointer().withByteOffset(way.workspaceBytes()));
        set(result.pointer(), UNWRITTEN, result.bytes());
        guards.forEach(guard -> set(guard, GUARD, GUARD_BYTES));
        try {
            pass(way).run();
            device.synchronize();
        } catch (CudnnException e) {
            device.requireHealth(e);
            if (e.ofTheMachine()) {
                throw e;
            }
            return Verdict.REFUSED;
        }
        if (guards.stream().anyMatch(ConvolutionTrial::written)) {
            return Verdict.OVERRUN;
        }
        return differences(way) > 0 ? Verdict.WRONG : Verdict.SOUND;
    }

    private double differences(ConvolutionWay way) {
        compare.set(2, tolerance * way.errorFactor());
        compare.run();
        return Arrays.stream(tensors.counts.toArray()).sum();
    }

    private void set(CUdeviceptr at, byte value, long bytes) {
        JCudaDriver.cuMemsetD8Async(at, value, bytes, device.stream());
    }

    private static boolean written(CUdeviceptr guard) {
        byte[] now = new byte[GUARD_BYTES];
        JCudaDriver.cuMemcpyDtoH(Pointer.to(now), guard, GUARD_BYTES);
        for (byte b : now) {
            if (b != GUARD) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        arena.close();
    }
}
