package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * A loss of the user's own, in Java on float64 arrays, with its gradient; on every device. On a GPU
 * each step waits for it.
 *
 * <pre>{@code
 * record LogCosh() implements CustomLoss.Function {
 *     public String name() { return "LogCosh"; }
 *     public Shape targetShape(Shape output) { return output; }
 *     public double loss(Shape shape, double[] y, double[] target) { ... }
 *     public void gradient(Shape shape, double[] y, double[] target, double[] dy) { ... }
 * }
 * Loss loss = new CustomLoss(new LogCosh());
 * System.out.println(GradientCheck.of(loss, Shape.of(5, 4)).run().table());
 * }</pre>
 */
public record CustomLoss(Function function) implements Loss {
    /**
     * The function and its gradient. Arrays are row-major and belong to the caller: read y and
     * target, write every element of dy, keep none.
     */
    public interface Function {
        /** Name in messages and tables. */
        String name();

        /**
         * The shape of the target for outputs of this shape, the batch included.
         *
         * @throws IllegalArgumentException if the loss does not take such outputs
         */
        Shape targetShape(Shape output);

        /**
         * The loss of a batch, one number.
         *
         * @param shape of y
         */
        double loss(Shape shape, double[] y, double[] target);

        /**
         * The gradient of the loss.
         *
         * @param shape of y
         * @param dy the derivative of the loss with respect to each element of y. Modified.
         */
        void gradient(Shape shape, double[] y, double[] target, double[] dy);

        /** Reports the smooth piece on which y lies, if the function has more than one. */
        default void kinks(Shape shape, double[] y, double[] target, KinkLedger ledger) {}
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        return binder.target(function.targetShape(output));
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        CustomFunction operation = new OfOutputs(function, output.shape());
        return binder.record(
                        to ->
                                new Operation.Custom(
                                        operation,
                                        /* surrogate= */ false,
                                        output,
                                        List.of(target),
                                        to.loss(function.name(), output)))
                .y();
    }

    @Override
    public String toString() {
        return function.toString();
    }

    /** The loss as a function of the outputs whose only parameter is the target. */
    private record OfOutputs(Function loss, Shape shape) implements CustomFunction {
        @Override
        public String name() {
            return loss.name();
        }

        @Override
        public Shape outputShape(Shape x) {
            return Shape.of();
        }

        @Override
        public void forward(double[] x, double[][] target, double[] y) {
            y[0] = loss.loss(shape, x, target[0]);
        }

        @Override
        public void backward(
                double[] x,
                double[][] target,
                double[] y,
                double[] dy,
                double[] dx,
                double[][] dtarget) {
            loss.gradient(shape, x, target[0], dx);
            for (int i = 0; i < dx.length; i++) {
                dx[i] *= dy[0];
            }
        }

        @Override
        public void kinks(double[] x, double[][] target, KinkLedger ledger) {
            loss.kinks(shape, x, target[0], ledger);
        }
    }
}
