package io.retrograd.backend.cuda;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import io.retrograd.operation.RecurrentSpec.Cell;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a recurrent layer: products by cuBLAS, each step's cells by {@code
 * kernels/recurrent.cu}.
 *
 * <pre>
 *   x (N, T, I)    y (N, T, D·H)    gates, du, dv (N, T, G·H)    h' (N, H), of the step before
 *
 *   u = w_ih x + b_ih, of all steps    for t: v = w_hh h' + b_hh, h = cell(u[t], v, h')
 *
 *   backwards over t: du[t], dv[t] = cell's gradients of dh + dy[t]    dh' += dv[t] w_hh
 *
 *   dx = du w_ih    dw_ih = duᵀ x    dw_hh = dvᵀ h'    db_ih = Σ du    db_hh = Σ dv, of all steps
 * </pre>
 *
 * The cells of all steps are saved from forward to backward.
 */
final class RecurrentDirection {
    private final CudaRecurrent op;
    private final CudaDevice device;
    private final Gemm gemm;
    private final RecurrentTensors tensors;
    private final int direction;
    private final int batch;
    private final int steps;
    private final int inputs;
    private final int hidden;
    private final int rows;
    private final CudaTensor w;
    private final CudaTensor gates;
    private final @Nullable CudaTensor kept;

    RecurrentDirection(CudaRecurrent op, RecurrentTensors tensors, int direction) {
        this.op = op;
        this.tensors = tensors;
        this.direction = direction;
        device = op.device();
        gemm = new Gemm(device);
        batch = tensors.batch();
        steps = tensors.steps();
        inputs = tensors.inputs();
        hidden = tensors.spec().hidden();
        rows = tensors.spec().rows();
        w = tensors.hiddenWeight(direction);
        CudaTensor y = tensors.y();
        gates = op.save(y.name() + ".gates" + direction, y.dtype(), ofAll(rows));
        kept =
                tensors.spec().cell().gates() == 1
                        ? null
                        : op.save(y.name() + ".kept" + direction, y.dtype(), ofAll(hidden));
    }

    private long ofAll(int elements) {
        return (long) batch * steps * elements;
    }

    /** As the kernels take it. */
    private int[] sizes() {
        int cell = CudaKernels.number(tensors.spec().cell());
        return new int[] {cell, batch, steps, hidden, tensors.spec().directions(), direction};
    }

    /** The step of this number in the order in which they are computed. */
    private int step(int number) {
        return direction == 0 ? number : steps - 1 - number;
    }

    /** The part of a state (D, N, H) that is this direction's, as cuBLAS's (H, N). */
    private Gemm.Matrix part(CudaTensor state) {
        long first = (long) direction * batch * hidden;
        return new Gemm.Matrix(state, first, CUBLAS_OP_N, hidden);
    }

    /**
     * Lists the forward pass.
     *
     * @param states h, and for LSTM c: those in the beginning before, in the end afterwards
     */
    void forward(List<CudaTensor> states) {
        CudaPass pass = op.forwardPass();
        CudaTensor wInput = tensors.inputWeight(direction);
        CudaTensor x = tensors.x();
        pass.add(
                "gemm of all inputs",
                gemm.product(
                        new Gemm.Matrix(wInput, CUBLAS_OP_T, inputs),
                        new Gemm.Matrix(x, CUBLAS_OP_N, inputs),
                        new Gemm.Matrix(gates, CUBLAS_OP_N, rows),
                        rows,
                        batch * steps,
                        inputs));
        CudaTensor v = pass.temporary("v" + direction, x.dtype(), (long) batch * rows);
        CudaTensor h = states.get(0);
        List<Runnable> work = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            work.add(
                    gemm.product(
                            new Gemm.Matrix(w, CUBLAS_OP_T, hidden),
                            part(h),
                            new Gemm.Matrix(v, CUBLAS_OP_N, rows),
                            rows,
                            batch,
                            hidden));
            work.add(
                    new Launch(
                            device,
                            "recurrent_forward",
                            Grid.over((long) batch * hidden),
                            sizes(),
                            step(i),
                            tensors.lengths(),
                            tensors.inputBias(direction),
                            tensors.hiddenBias(direction),
                            v,
                            gates,
                            kept,
                            h,
                            cellState(states),
                            tensors.y()));
        }
        addSteps(pass, "recurrent_forward", work);
    }

    private static @Nullable CudaTensor cellState(List<CudaTensor> states) {
        return states.size() > 1 ? states.get(1) : null;
    }

    private void addSteps(CudaPass pass, String kernel, List<Runnable> work) {
        Runnable[] sequence = work.toArray(Runnable[]::new);
        pass.add(
                String.format("%d steps of gemm and %s", steps, kernel),
                () -> {
                    for (Runnable part : sequence) {
                        part.run();
                    }
                });
    }

    /**
     * Lists the backward pass.
     *
     * @param x the input, 0 behind the ends of sequences
     * @param gradients of the states: of those in the end before, in the beginning afterwards
     */
    void backward(CudaTensor x, CudaTensor dy, List<CudaTensor> gradients) {
        CudaPass pass = op.backwardPass();
        String name = tensors.y().name();
        CudaTensor du = pass.temporary(name + ".du" + direction, dy.dtype(), ofAll(rows));
        boolean apart = tensors.spec().cell() == Cell.GRU;
        CudaTensor dv =
                apart ? pass.temporary(name + ".dv" + direction, dy.dtype(), ofAll(rows)) : du;
        CudaTensor before = pass.temporary(name + ".before" + direction, dy.dtype(), ofAll(hidden));
        pass.reads(w);
        addSteps(pass, "recurrent_backward", backwardSteps(dy, gradients, du, dv, before));
        CudaTensor dx = tensors.x().gradient();
        if (dx != null) {
            pass.reads(tensors.inputWeight(direction));
            pass.add("gemm dx", inputGradient(du, dx));
        }
        CudaTensor dwInput = tensors.inputWeight(direction).requireGradient();
        pass.add("gemm dw_ih", weightGradient(x, inputs, du, dwInput));
        pass.add("gemm dw_hh", weightGradient(before, hidden, dv, w.requireGradient()));
        CudaTensor dbInput = tensors.inputBias(direction).requireGradient();
        CudaTensor dbHidden = tensors.hiddenBias(direction).requireGradient();
        pass.biasGradient(du, dbInput, batch * steps, rows, /* positions= */ 1);
        if (apart) {
            pass.biasGradient(dv, dbHidden, batch * steps, rows, /* positions= */ 1);
        } else {
            pass.copy(dbInput, dbHidden);
        }
    }

    private List<Runnable> backwardSteps(
            CudaTensor dy,
            List<CudaTensor> gradients,
            CudaTensor du,
            CudaTensor dv,
            CudaTensor before) {
        List<Runnable> work = new ArrayList<>();
        CudaTensor dh = gradients.get(0);
        for (int i = steps - 1; i >= 0; i--) {
            int t = step(i);
            work.add(
                    new Launch(
                            device,
                            "recurrent_backward",
                            Grid.over((long) batch * hidden),
                            sizes(),
                            t,
                            tensors.lengths(),
                            gates,
                            kept,
                            tensors.y(),
                            tensors.initial(0),
                            tensors.initial(1),
                            dy,
                            dh,
                            cellState(gradients),
                            du,
                            dv,
                            before));
            work.add(
                    gemm.addedProduct(
                            new Gemm.Matrix(w, CUBLAS_OP_N, hidden),
                            new Gemm.Matrix(dv, (long) t * rows, CUBLAS_OP_N, steps * rows),
                            part(dh),
                            hidden,
                            batch,
                            rows));
        }
        return work;
    }

    /** The second direction adds to what the first one wrote. */
    private Runnable inputGradient(CudaTensor du, CudaTensor dx) {
        Gemm.Matrix a = new Gemm.Matrix(tensors.inputWeight(direction), CUBLAS_OP_N, inputs);
        Gemm.Matrix b = new Gemm.Matrix(du, CUBLAS_OP_N, rows);
        Gemm.Matrix c = new Gemm.Matrix(dx, CUBLAS_OP_N, inputs);
        return direction == 0
                ? gemm.product(a, b, c, inputs, batch * steps, rows)
                : gemm.addedProduct(a, b, c, inputs, batch * steps, rows);
    }

    private Runnable weightGradient(
            CudaTensor values, int width, CudaTensor gradients, CudaTensor dw) {
        return gemm.product(
                new Gemm.Matrix(values, CUBLAS_OP_N, width),
                new Gemm.Matrix(gradients, CUBLAS_OP_T, rows),
                new Gemm.Matrix(dw, CUBLAS_OP_N, width),
                width,
                rows,
                batch * steps);
    }
}
