package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Update;
import io.retrograd.backend.Updates;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every optimizer, penalty and way of clipping on every device against the reference, in every
 * precision: parameters are float32 in all of them.
 */
class UpdateConformanceTest {
    static Stream<Arguments> cases() {
        return Device.everyPrecision().stream()
                .flatMap(device -> UpdateCases.all().map(it -> Arguments.of(device, it)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAsOnTheReference(Device device, UpdateComparison comparison) {
        comparison.check(device);
    }

    /** The least of several runs: the JVM now and then allocates on its own. */
    @ParameterizedTest
    @MethodSource("cases")
    void runsAllocateNothing(Device device, UpdateComparison comparison) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
        Backend backend = device.plans().get(0);
        try (UpdatedModel model = UpdatedModel.network(backend, UpdatedModel.SMALL)) {
            Update update = comparison.bind(model.parameters());
            model.setGradients(1, 3);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 50 && least > 0; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                update.run();
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void runsAfterCloseAreRefused(Device device, UpdateComparison comparison) {
        UpdatedModel model = UpdatedModel.network(device.plans().get(0), UpdatedModel.SMALL);
        Update fresh = comparison.bind(model.parameters());
        Update used = comparison.bind(model.parameters());
        comparison.step(model, used, 1);
        model.close();
        assertThrows(IllegalStateException.class, fresh::run);
        assertThrows(IllegalStateException.class, used::run);
    }

    @Test
    void casesCoverEveryUpdate() {
        Set<String> updates =
                Arrays.stream(Updates.class.getMethods())
                        .filter(method -> method.getReturnType() == Update.class)
                        .map(Method::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> called = new TreeSet<>();
        try (Backend reference = Backends.open("reference", "float64", 1);
                UpdatedModel model =
                        UpdatedModel.of(
                                recording(Backend.class, reference, called), UpdatedModel.SMALL)) {
            UpdateCases.all().forEach(it -> it.bind(model.parameters()));
        }
        assertNotEquals(Set.of(), updates);
        updates.removeAll(called);
        assertEquals(Set.of(), updates, "UpdateCases: no case of");
    }

    /** The same, which notes the names of all methods that are called on it and its updates. */
    private static <T> T recording(Class<T> type, T target, Set<String> called) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, args) -> {
                            called.add(method.getName());
                            Object result = method.invoke(target, args);
                            return result instanceof Updates updates
                                    ? recording(Updates.class, updates, called)
                                    : result;
                        }));
    }
}
