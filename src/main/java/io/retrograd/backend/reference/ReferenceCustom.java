package io.retrograd.backend.reference;

import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.KinkLedger;
import io.retrograd.backend.Op;
import java.util.Arrays;
import java.util.List;

/**
 * A user's function, on copies of its tensors.
 *
 * <p>What the function is to write is filled with NaN before each call, so that an element it
 * forgets, or adds to in place of setting it, shows.
 */
final class ReferenceCustom implements Op {
    private final CustomFunction function;
    private final CustomFunction.Forward forward;
    private final ReferenceTensor x;
    private final List<ReferenceTensor> parameters;
    private final ReferenceTensor y;
    private final double[] xs;
    private final double[] dxs;
    private final double[] ys;
    private final double[] dys;
    private final double[][] ws;
    private final double[][] dws;

    ReferenceCustom(
            CustomFunction function,
            boolean surrogate,
            ReferenceTensor x,
            List<ReferenceTensor> parameters,
            ReferenceTensor y) {
        this.function = function;
        this.forward = surrogate ? function.surrogate().orElseThrow() : function::forward;
        this.x = x;
        this.parameters = parameters;
        this.y = y;
        xs = new double[x.size()];
        dxs = new double[x.size()];
        ys = new double[y.size()];
        dys = new double[y.size()];
        ws = new double[parameters.size()][];
        dws = new double[parameters.size()][];
        for (int j = 0; j < parameters.size(); j++) {
            ws[j] = new double[parameters.get(j).size()];
            dws[j] = new double[parameters.get(j).size()];
        }
    }

    /**
     * Runs the function.
     *
     * @throws IllegalStateException if it throws; the message names it
     */
    @Override
    public void forward() {
        copyInputs();
        Arrays.fill(ys, Double.NaN);
        try {
            forward.compute(xs, ws, ys);
        } catch (RuntimeException e) {
            throw failure("forward", e);
        }
        y.copyFrom(ys);
    }

    /**
     * Runs the function's backward.
     *
     * @throws IllegalStateException if it throws, or replaces the array of a parameter's gradient
     *     by one of another length; the message names it
     */
    @Override
    public void backward() {
        copyInputs();
        y.copyTo(ys);
        Reference.gradient(y).copyTo(dys);
        Arrays.fill(dxs, Double.NaN);
        for (double[] dw : dws) {
            Arrays.fill(dw, Double.NaN);
        }
        try {
            function.backward(xs, ws, ys, dys, dxs, dws);
            for (int j = 0; j < dws.length; j++) {
                Reference.gradient(parameters.get(j)).copyFrom(dws[j]);
            }
        } catch (RuntimeException e) {
            throw failure("backward", e);
        }
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            dx.copyFrom(dxs);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        copyInputs();
        function.kinks(xs, ledger);
    }

    private void copyInputs() {
        x.copyTo(xs);
        for (int j = 0; j < ws.length; j++) {
            parameters.get(j).copyTo(ws[j]);
        }
    }

    private IllegalStateException failure(String pass, RuntimeException e) {
        return new IllegalStateException(
                String.format("%s, %s at %s: %s", function.name(), pass, y.name(), e), e);
    }
}
