package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls a user's function on float64 copies of its tensors, for an operation of any backend.
 *
 * <p>What the function is to write is filled with NaN before each call, so that an element it
 * forgets, or adds to in place of setting it, shows. The arrays are made once; a call allocates
 * none.
 */
public final class CustomCall {
    private final CustomFunction function;
    private final CustomFunction.Forward forward;
    private final List<? extends Tensor> parameters;
    private final Tensor y;
    private final double[] xs;
    private final double[] dxs;
    private final double[] ys;
    private final double[] dys;
    private final double[][] ws;
    private final double[][] dws;

    /**
     * A call of the function, or with {@code surrogate} of what its gradient belongs to in its
     * place.
     *
     * @param x the shape of each call's input
     */
    public CustomCall(
            CustomFunction function,
            boolean surrogate,
            Tensor x,
            List<? extends Tensor> parameters,
            Tensor y) {
        this.function = function;
        this.forward = surrogate ? function.surrogate().orElseThrow() : function::forward;
        this.parameters = List.copyOf(parameters);
        this.y = y;
        xs = elements(x);
        dxs = elements(x);
        ys = elements(y);
        dys = elements(y);
        ws = parameters.stream().map(CustomCall::elements).toArray(double[][]::new);
        dws = parameters.stream().map(CustomCall::elements).toArray(double[][]::new);
    }

    private static double[] elements(Tensor tensor) {
        return new double[Math.toIntExact(tensor.shape().size())];
    }

    /**
     * Computes y from the parameters and the input.
     *
     * @param x the input's values, wherever the backend has them. Not modified.
     * @throws IllegalStateException if the function throws; the message names it
     */
    public void forward(Tensor x) {
        copyInputs(x);
        Arrays.fill(ys, Double.NaN);
        try {
            forward.compute(xs, ws, ys);
        } catch (RuntimeException e) {
            throw failure("forward", e);
        }
        y.copyFrom(ys);
    }

    /**
     * Computes the gradients of the parameters, where they have any, and the input from y's.
     *
     * @param x the input's values. Not modified.
     * @param dx takes the input's gradient, if anybody wants it. Modified.
     * @throws IllegalStateException if the function throws, or replaces the array of a parameter's
     *     gradient by one of another length; the message names it
     */
    public void backward(Tensor x, @Nullable Tensor dx) {
        copyInputs(x);
        y.copyTo(ys);
        y.requireGrad().copyTo(dys);
        Arrays.fill(dxs, Double.NaN);
        for (double[] dw : dws) {
            Arrays.fill(dw, Double.NaN);
        }
        try {
            function.backward(xs, ws, ys, dys, dxs, dws);
            for (int j = 0; j < dws.length; j++) {
                Tensor dw = parameters.get(j).grad();
                if (dw != null) {
                    dw.copyFrom(dws[j]);
                }
            }
        } catch (RuntimeException e) {
            throw failure("backward", e);
        }
        if (dx != null) {
            dx.copyFrom(dxs);
        }
    }

    /** Reports the piece of the function on which each element of x lies. */
    public void kinks(Tensor x, KinkLedger ledger) {
        copyInputs(x);
        function.kinks(xs, ws, ledger);
    }

    private void copyInputs(Tensor x) {
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
