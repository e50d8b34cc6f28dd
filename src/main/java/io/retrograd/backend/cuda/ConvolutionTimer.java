package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.DType;
import java.util.List;
import jcuda.CudaException;

/** Measures ways to compute a convolution, on memory of its own. */
final class ConvolutionTimer implements AutoCloseable {
    private static final int ROUNDS = 3;
    private static final int MOST_RUNS = 20;

    /** How long a round takes, if the runs are enough. */
    private static final double ROUND_MILLISECONDS = 1;

    private final Memory.Arena arena;
    private final ConvolutionWay.Operands tensors;
    private final CudaTensor workspace;
    private final CudaStopwatch watch;

    /**
     * A timer.
     *
     * @param workspaceBytes what the ways need at most
     */
    ConvolutionTimer(CudaDevice device, ConvolutionShape shape, long workspaceBytes) {
        CudaMemory memory = new CudaMemory(device);
        List<CudaTensor> all = tensors(device, shape, workspaceBytes);
        tensors = new ConvolutionWay.Operands(all.get(0), all.get(1), all.get(2));
        workspace = all.get(3);
        arena = memory.allocate(bytes(memory, all));
        long offset = 0;
        for (CudaTensor tensor : all) {
            memory.place(tensor, arena, offset);
            offset += memory.footprint(tensor);
        }
        watch = new CudaStopwatch(device);
    }

    /** The memory that it takes. */
    static long bytes(CudaDevice device, ConvolutionShape shape, long workspaceBytes) {
        return bytes(new CudaMemory(device), tensors(device, shape, workspaceBytes));
    }

    private static long bytes(CudaMemory memory, List<CudaTensor> tensors) {
        return tensors.stream().mapToLong(memory::footprint).sum();
    }

    private static List<CudaTensor> tensors(
            CudaDevice device, ConvolutionShape shape, long workspaceBytes) {
        DType dtype = device.precision().dtype();
        long x = (long) shape.samples() * shape.inputs() * shape.image();
        long w = (long) shape.outputs() * shape.groupInputs() * shape.taps();
        long y = (long) shape.samples() * shape.outputs() * shape.positions();
        long workspace = workspaceBytes / dtype.bytes() + 1;
        return List.of(
                CudaTensor.own(device, "x", dtype, x),
                CudaTensor.own(device, "w", dtype, w),
                CudaTensor.own(device, "y", dtype, y),
                CudaTensor.own(device, "workspace", dtype, workspace));
    }

    /** How long a way takes; infinite if it turns out that cuDNN cannot go it. */
    double milliseconds(ConvolutionWay way) {
        Runnable pass = way.on(tensors, workspace);
        try {
            runs(pass, 1);
            double time = runs(pass, 1);
            int count = (int) Math.min(MOST_RUNS, Math.max(1, ROUND_MILLISECONDS / time));
            for (int i = 0; i < ROUNDS; i++) {
                time = Math.min(time, runs(pass, count));
            }
            return time;
        } catch (CudaException refused) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private double runs(Runnable pass, int count) {
        double milliseconds =
                watch.milliseconds(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                pass.run();
                            }
                        });
        return milliseconds / count;
    }

    @Override
    public void close() {
        watch.close();
        arena.close();
    }
}
