package io.retrograd.backend.onednn;

import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.KinkLedger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's function, on float64 copies of its tensors.
 *
 * <p>What the function is to write is filled with NaN before each call, so that an element it
 * forgets, or adds to in place of setting it, shows.
 */
final class OneDnnCustom extends OneDnnOp {
    private final CustomFunction function;
    private final CustomFunction.Forward forward;
    private final OneDnnTensor x;
    private final List<OneDnnTensor> parameters;
    private final OneDnnTensor y;
    private final double[] xs;
    private final double[] dxs;
    private final double[] ys;
    private final double[] dys;
    private final double[][] ws;
    private final double[][] dws;

    OneDnnCustom(
            CustomFunction function,
            boolean surrogate,
            OneDnnTensor x,
            List<OneDnnTensor> parameters,
            OneDnnTensor y) {
        super(x.engine(), "custom " + function.name() + x.shape());
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

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor[] reads = parameters.toArray(OneDnnTensor[]::new);
        OneDnnTensor from = forwardPass().in(x, x.plain());
        forwardPass().add(function.name(), () -> forward(from), reads);
        if (!planner.gradients() || y.gradient() == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor values = pass.in(x, x.plain());
        OneDnnTensor dx = x.gradient();
        OneDnnTensor to = dx == null ? null : pass.out(dx, x.plain());
        pass.reads(y);
        pass.add(function.name() + " backward", () -> backward(values, to), reads);
        if (dx != null && to != null) {
            pass.store(to, dx);
        }
    }

    /**
     * Runs the function.
     *
     * @throws IllegalStateException if it throws; the message names it
     */
    private void forward(OneDnnTensor from) {
        copyInputs(from);
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
    private void backward(OneDnnTensor from, @Nullable OneDnnTensor dx) {
        copyInputs(from);
        y.copyTo(ys);
        y.requireGradient().copyTo(dys);
        Arrays.fill(dxs, Double.NaN);
        for (double[] dw : dws) {
            Arrays.fill(dw, Double.NaN);
        }
        try {
            function.backward(xs, ws, ys, dys, dxs, dws);
            for (int j = 0; j < dws.length; j++) {
                parameters.get(j).requireGradient().copyFrom(dws[j]);
            }
        } catch (RuntimeException e) {
            throw failure("backward", e);
        }
        if (dx != null) {
            dx.copyFrom(dxs);
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        copyInputs(x);
        function.kinks(xs, ledger);
    }

    private void copyInputs(OneDnnTensor from) {
        from.copyTo(xs);
        for (int j = 0; j < ws.length; j++) {
            parameters.get(j).copyTo(ws[j]);
        }
    }

    private IllegalStateException failure(String pass, RuntimeException e) {
        return new IllegalStateException(
                String.format("%s, %s at %s: %s", function.name(), pass, y.name(), e), e);
    }
}
