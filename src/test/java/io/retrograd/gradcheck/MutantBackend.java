package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Op;
import io.retrograd.backend.Operations;
import io.retrograd.tensor.DType;
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
    private final Operations operations;

    MutantBackend(String name, String operation, Mutation mutation) {
        this(name, operation, mutation, DType.FLOAT64);
    }

    private MutantBackend(String name, String operation, Mutation mutation, DType dtype) {
        this.name = name;
        this.dtype = dtype;
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
                                            ? new Rounding(op, args)
                                            : made;
                                });
    }

    /** The mutant on a device that keeps all numbers in float32, though it computes in float64. */
    static MutantBackend float32(String operation, Mutation mutation) {
        return new MutantBackend("rounded", operation, mutation, DType.FLOAT32);
    }

    /** Rounds what the passes write, and what they have rounded before. */
    private static final class Rounding extends Mutation.Delegate {
        private final Op op;
        private final List<Tensor> tensors;

        Rounding(Op op, Object[] args) {
            super(op);
            this.op = op;
            tensors = new Call(args, a -> op).tensors();
        }

        @Override
        public void forward() {
            op.forward();
            tensors.forEach(Rounding::round);
        }

        @Override
        public void backward() {
            op.backward();
            tensors.stream()
                    .filter(tensor -> tensor.grad() != null)
                    .forEach(tensor -> round(tensor.requireGrad()));
        }

        private static void round(Tensor tensor) {
            tensor.copyFrom(
                    Arrays.stream(tensor.toArray()).map(value -> (double) (float) value).toArray());
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
    public DType dtype() {
        return dtype;
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
    public void synchronize() {
        right.synchronize();
    }

    @Override
    public void close() {
        right.close();
    }
}
