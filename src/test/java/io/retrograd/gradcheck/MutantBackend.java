package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Op;
import io.retrograd.backend.Operations;
import io.retrograd.tensor.DType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * The reference with one operation replaced by a mutant. Under its own name it is the checker's
 * only measure; under another it is compared with the right one.
 */
final class MutantBackend implements Backend {
    private final Backend right = Examination.openReference();
    private final String name;
    private final Operations operations;

    MutantBackend(String name, String operation, Mutation mutation) {
        this.name = name;
        operations =
                (Operations)
                        Proxy.newProxyInstance(
                                Operations.class.getClassLoader(),
                                new Class<?>[] {Operations.class},
                                (proxy, method, args) ->
                                        method.getName().equals(operation)
                                                ? mutation.apply(
                                                        new Call(args, a -> (Op) make(method, a)))
                                                : make(method, args));
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
        return right.dtype();
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
