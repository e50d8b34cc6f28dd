package io.retrograd.gradcheck;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a wrong operation of a right one. */
@FunctionalInterface
interface Mutation {
    Op apply(Call call);

    /** Runs the right backward, then spoils what it wrote. */
    static Mutation spoil(Consumer<Call> spoiler) {
        return call ->
                new Delegate(call.right()) {
                    @Override
                    public void backward() {
                        super.backward();
                        spoiler.accept(call);
                    }
                };
    }

    /** Replaces each element of one gradient. */
    static Mutation gradient(int tensor, Element element) {
        return spoil(call -> call.setGradient(tensor, element));
    }

    /** Backward of an operation that was made with other arguments. */
    static Mutation altered(UnaryOperator<Object[]> change) {
        return call -> {
            Op wrong = call.remake(change.apply(call.args().clone()));
            return new Delegate(call.right()) {
                @Override
                public void forward() {
                    wrong.forward();
                    super.forward();
                }

                @Override
                public void backward() {
                    wrong.backward();
                }

                @Override
                public List<Tensor> saved() {
                    return Stream.concat(super.saved().stream(), wrong.saved().stream()).toList();
                }

                @Override
                public List<Tensor> scratch(boolean backward) {
                    return Stream.concat(
                                    super.scratch(backward).stream(),
                                    wrong.scratch(backward).stream())
                            .toList();
                }
            };
        };
    }

    /** Backward of an operation that was made with one other argument. */
    static Mutation argument(int index, @Nullable Object value) {
        return altered(
                args -> {
                    args[index] = value;
                    return args;
                });
    }

    /** Backward that sees other values in one tensor. */
    static Mutation sees(int tensor, UnaryOperator<double[]> change) {
        return call ->
                new Delegate(call.right()) {
                    @Override
                    public void backward() {
                        double[] right = call.value(tensor);
                        call.tensors().get(tensor).copyFrom(change.apply(right.clone()));
                        super.backward();
                        call.tensors().get(tensor).copyFrom(right);
                    }
                };
    }

    /** Runs the right forward, then spoils what it wrote. */
    static Mutation spoilForward(Consumer<Call> spoiler) {
        return call ->
                new Delegate(call.right()) {
                    @Override
                    public void forward() {
                        super.forward();
                        spoiler.accept(call);
                    }
                };
    }

    /** Adds to one gradient in place of setting it. */
    static Mutation accumulated(int tensor) {
        return aroundGradient(tensor, (right, before) -> before + right);
    }

    /** Leaves one gradient as it was. */
    static Mutation unwritten(int tensor) {
        return aroundGradient(tensor, (right, before) -> before);
    }

    /** The gradient of what the tensor held when forward first ran. */
    static Mutation stale(int tensor) {
        return call ->
                new Delegate(call.right()) {
                    private double @Nullable [] first;

                    @Override
                    public void forward() {
                        super.forward();
                        first = first == null ? call.value(tensor) : first;
                    }

                    @Override
                    public void backward() {
                        double[] now = call.value(tensor);
                        call.tensors().get(tensor).copyFrom(first == null ? now : first);
                        super.backward();
                        call.tensors().get(tensor).copyFrom(now);
                    }
                };
    }

    private static Mutation aroundGradient(int tensor, Merge merge) {
        return call ->
                new Delegate(call.right()) {
                    @Override
                    public void backward() {
                        double[] before = call.gradient(tensor);
                        super.backward();
                        call.setGradient(tensor, (i, g) -> merge.of(g, before[i]));
                    }
                };
    }

    /** A new value for element {@code i}, which was {@code g}. */
    @FunctionalInterface
    interface Element {
        double of(int i, double g);
    }

    /** One value of a right one and of what was there before. */
    @FunctionalInterface
    interface Merge {
        double of(double right, double before);
    }

    /** The right operation. */
    class Delegate implements Op {
        private final Op right;

        Delegate(Op right) {
            this.right = right;
        }

        @Override
        public void forward() {
            right.forward();
        }

        @Override
        public void backward() {
            right.backward();
        }

        @Override
        public boolean backwardReads(Tensor tensor) {
            return true;
        }

        @Override
        public List<Tensor> saved() {
            return right.saved();
        }

        @Override
        public List<Tensor> scratch(boolean backward) {
            return right.scratch(backward);
        }

        @Override
        public void kinks(KinkLedger ledger) {
            right.kinks(ledger);
        }
    }
}
