package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Updates;
import io.retrograd.operation.Op;
import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Rounding;
import io.retrograd.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;

/**
 * The reference with one operation replaced by a mutant. Under its own name it is the checker's
 * only measure; under another it is compared with the right one.
 */
final class MutantBackend implements Backend {
    private final Backend right = Examination.openReference();
    private final String name;
    private final DType dtype;
    private final double epsilon;
    private final Operations operations;

    MutantBackend(String name, String operation, Mutation mutation) {
        this(name, operation, mutation, DType.FLOAT64, DType.FLOAT64.epsilon());
    }

    private MutantBackend(
            String name, String operation, Mutation mutation, DType dtype, double epsilon) {
        this.name = name;
        this.dtype = dtype;
        this.epsilon = epsilon;
        operations =
                (Operations)
                        Proxy.newProxyInstance(
                                Operations.class.getClassLoader(),
                                new Class<?>[] {Operations.class},
                                (proxy, method, args) -> {
                                    Object made =
                                            method.getName().equals(operation)
                                                    ? mutation.apply(
                                                            new Call(
                                                                    args,
                                                                    a -> (Op) make(method, a)))
                                                    : make(method, args);
                                    return dtype == DType.FLOAT32 && made instanceof Op op
                                            ? new Rounds(op, args, new Rounding(epsilon, 0))
                                            : made;
                                });
    }

    /** The mutant on a device that keeps all numbers in float32, though it computes in float64. */
    static MutantBackend float32(String operation, Mutation mutation) {
        return rounded(operation, mutation, DType.FLOAT32.epsilon());
    }

    /** The mutant on a device that adds up in float32 and rounds results to bfloat16. */
    static MutantBackend bfloat16(String operation, Mutation mutation) {
        return rounded(operation, mutation, DType.BFLOAT16.epsilon());
    }

    private static MutantBackend rounded(String operation, Mutation mutation, double epsilon) {
        return new MutantBackend("rounded", operation, mutation, DType.FLOAT32, epsilon);
    }

    /** Rounds what the passes write, but for running statistics. */
    private static final class Rounds extends Mutation.Delegate {
        private final Op op;
        private final List<Tensor> tensors;
        private final Rounding rounding;

        Rounds(Op op, Object[] args, Rounding rounding) {
            super(op);
            this.op = op;
            this.rounding = rounding;
            tensors =
                    new Call(args, a -> op)
                            .tensors().stream().filter(tensor -> tensor.grad() != null).toList();
        }

        @Override
        public void forward() {
            roundWhatChanges(tensors, op::forward);
        }

        @Override
        public void backward() {
            roundWhatChanges(tensors.stream().map(Tensor::requireGrad).toList(), op::backward);
        }

        private void roundWhatChanges(List<Tensor> written, Runnable pass) {
            List<double[]> before = written.stream().map(Tensor::toArray).toList();
            pass.run();
            for (int t = 0; t < before.size(); t++) {
                double[] values = written.get(t).toArray();
                if (!Arrays.equals(values, before.get(t))) {
                    Arrays.setAll(values, i -> rounding.round(values[i], 0, i));
                    written.get(t).copyFrom(values);
                }
            }
        }

        @Override
        public boolean backwardReads(Tensor tensor) {
            return op.backwardReads(tensor);
        }
    }

    private Object make(Method method, Object[] args) {
        try {
            return method.invoke(right.operations(), args);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean reference() {
        return name.equals(right.name());
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public double epsilon() {
        return epsilon;
    }

    @Override
    public DeviceLock lock() {
        return right.lock();
    }

    @Override
    public Memory memory() {
        return right.memory();
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public Updates updates() {
        return right.updates();
    }

    @Override
    public void synchronize() {
        right.synchronize();
    }

    @Override
    public void close() {
        right.close();
    }
}
