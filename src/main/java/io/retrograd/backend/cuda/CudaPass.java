package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * What an operation's forward or backward enqueues, in order, and the memory it needs meanwhile.
 */
final class CudaPass {
    private final CudaDevice device;
    private final List<Step> steps = new ArrayList<>();
    private final List<CudaTensor> scratch = new ArrayList<>();
    private final Set<Tensor> read = new HashSet<>();
    private Runnable[] sequence = {};

    /** One launch or one call of a library, and what it is called. */
    private record Step(String name, Runnable body) {}

    CudaPass(CudaDevice device) {
        this.device = device;
    }

    void run() {
        for (Runnable step : sequence) {
            step.run();
        }
    }

    /**
     * Adds a call of a library.
     *
     * @param name what it does, for people
     */
    void add(String name, Runnable call) {
        steps.add(new Step(name, call));
        sequence = steps.stream().map(Step::body).toArray(Runnable[]::new);
    }

    /** Adds a launch; arguments as {@link Launch} takes them. */
    void launch(String kernel, Grid grid, @Nullable Object... arguments) {
        launch(device.kernels().get(kernel), grid, arguments);
    }

    /** Adds a launch of a kernel that is none of ours. */
    void launch(CudaKernel kernel, Grid grid, @Nullable Object... arguments) {
        add(kernel.name(), new Launch(device, kernel, grid, arguments));
    }

    /** Adds {@code to = Σ from}. */
    void sum(List<CudaTensor> from, CudaTensor to) {
        if (from.size() == 1) {
            copy(from.get(0), to);
        }
        CudaTensor sum = from.get(0);
        for (CudaTensor term : from.subList(1, from.size())) {
            launch("add", Grid.over(to.size()), sum, term, to, to.size());
            sum = to;
        }
    }

    /** Adds a copy of as many elements as {@code to} has. */
    void copy(CudaTensor from, CudaTensor to) {
        add(
                "copy",
                () ->
                        JCudaDriver.cuMemcpyDtoDAsync(
                                to.pointer(), from.pointer(), to.bytes(), device.stream()));
    }

    /** Adds zeros in the place of all elements. */
    void zero(CudaTensor tensor) {
        add(
                "zero",
                () ->
                        JCudaDriver.cuMemsetD8Async(
                                tensor.pointer(), (byte) 0, tensor.bytes(), device.stream()));
    }

    /** Adds {@code y[n,c,p] += b[c]}. */
    void bias(CudaTensor b, CudaTensor y, int channels, int positions) {
        launch("bias_forward", Grid.over(y.size()), b, y, channels, positions, y.size());
    }

    /** Adds {@code db[c] = Σ dy[n,c,p]}. */
    void biasGradient(CudaTensor dy, CudaTensor db, int batch, int channels, int positions) {
        Channels all = new Channels(batch, channels, positions);
        CudaTensor partial = all.partial(this, db);
        launch("bias_backward", all.grid(), all.struct(), dy, partial);
        sumRows(partial, db, /* divisor= */ 1);
    }

    /** Adds {@code y[r] = Σ partial[r,j] / divisor}, as many rows as y has elements. */
    void sumRows(CudaTensor partial, CudaTensor y, double divisor) {
        int columns = partial.size() / y.size();
        launch("sum_rows", Grid.of(y.size(), Grid.WARP), partial, y, divisor, columns);
    }

    /** Says that the pass reads these tensors' values. */
    void reads(CudaTensor... tensors) {
        read.addAll(List.of(tensors));
    }

    /** Whether the pass reads this tensor's values. */
    boolean readsValues(Tensor tensor) {
        return read.contains(tensor);
    }

    /** Memory that lives as long as the pass runs. */
    CudaTensor temporary(String name, DType dtype, long count) {
        CudaTensor tensor = CudaTensor.own(device, name, dtype, count);
        scratch.add(tensor);
        return tensor;
    }

    /** Memory for a library to work in, that lives as long as the pass runs. */
    CudaTensor workspace(String name, long bytes) {
        CudaTensor tensor = CudaTensor.scratch(device, name, bytes);
        scratch.add(tensor);
        return tensor;
    }

    List<CudaTensor> scratch() {
        return scratch;
    }

    /** What each step does. */
    List<String> describe() {
        return steps.stream().map(Step::name).toList();
    }
}
