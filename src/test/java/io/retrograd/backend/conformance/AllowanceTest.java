package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Preparation;
import io.retrograd.backend.conformance.Comparison.Mode;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Tanh;
import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plants small faults in a network on each device: each is further off than what is allowed. */
class AllowanceTest {
    private enum Fault {
        NONE("") {
            @Override
            void forward(Node node) {
                node.op().forward();
            }
        },
        /** One of 73 addends is left out, in one channel. */
        ADDEND("Conv2d") {
            @Override
            void forward(Node node) {
                Tensor w = node.reads().get(1);
                double[] values = w.toArray();
                double[] without = values.clone();
                int largest = 0;
                for (int i = 0; i < values.length; i++) {
                    largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
                }
                without[largest] = 0;
                w.copyFrom(without);
                node.op().forward();
                w.copyFrom(values);
            }
        },
        /** 8 instead of 9. */
        DIVISOR("AvgPool2d") {
            @Override
            void forward(Node node) {
                node.op().forward();
                Tensor y = node.writes().get(0);
                y.copyFrom(Arrays.stream(y.toArray()).map(v -> v * 9 / 8).toArray());
            }
        },
        /** The last element is the one before. */
        LAST("Tanh") {
            @Override
            void forward(Node node) {
                node.op().forward();
                Tensor y = node.writes().get(0);
                double[] values = y.toArray();
                values[values.length - 1] = values[values.length - 2];
                y.copyFrom(values);
            }
        };

        private final String operation;

        Fault(String operation) {
            this.operation = operation;
        }

        abstract void forward(Node node);

        private Node in(Node node) {
            if (!node.name().contains(operation)) {
                return node;
            }
            Op op =
                    (Op)
                            Proxy.newProxyInstance(
                                    Op.class.getClassLoader(),
                                    new Class<?>[] {Op.class},
                                    (proxy, method, args) -> {
                                        if (method.getName().equals("forward")) {
                                            forward(node);
                                            return null;
                                        }
                                        return invoke(method, node.op(), args);
                                    });
            return new Node(node.path(), node.operations(), op, node.reads(), node.writes());
        }

        Backend on(Backend backend) {
            return (Backend)
                    Proxy.newProxyInstance(
                            Backend.class.getClassLoader(),
                            new Class<?>[] {Backend.class},
                            (proxy, method, args) -> {
                                Object made = invoke(method, backend, args);
                                return made instanceof Preparation right
                                        ? new Preparation(
                                                right.nodes().stream().map(this::in).toList(),
                                                right.aliases(),
                                                right.overwrites(),
                                                right.decisions(),
                                                right.release())
                                        : made;
                            });
        }
    }

    private static Object invoke(Method method, Object on, Object[] args) throws Throwable {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Stream<Device> devices() {
        return Stream.concat(Device.all().stream(), Device.lowPrecision().stream());
    }

    private static Comparison comparison() {
        return Comparison.of(
                        new Sequential(
                                new Conv2d(8, 3).padding(1),
                                new BatchNorm().eps(0.1),
                                new Residual(new Sequential(new Conv2d(8, 1), new Softplus())),
                                new AvgPool2d(3).stride(1).padding(1),
                                new Conv2d(5, 3),
                                new Tanh()),
                        2,
                        8,
                        7,
                        7)
                .unitGain()
                .in(Mode.INFER);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void allowsRoundingsAndNoFaults(Device device) {
        try (Backend backend = device.open()) {
            for (Fault fault : Fault.values()) {
                List<Backend> faulty = List.of(fault.on(backend));
                if (fault == Fault.NONE) {
                    comparison().check(faulty, device.epsilon());
                    continue;
                }
                AssertionError error =
                        assertThrows(
                                AssertionError.class,
                                () -> comparison().check(faulty, device.epsilon()),
                                fault::name);
                assertTrue(
                        String.valueOf(error.getMessage()).contains(": output: expected element"),
                        error.getMessage());
            }
        }
    }
}
