package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Custom;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Operation;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.TimeReduction;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation on every device against the reference; in low precision those that are exact.
 *
 * <p>To cover a new operation, add a line to one of the lists of cases. A new backend joins by
 * being found; where it decides how to compute, a {@link Plans} lets the suite take each way.
 */
class ConformanceTest {
    static Stream<Arguments> weighted() {
        return Device.with(WeightedCases.all().toList());
    }

    static Stream<Arguments> poolings() {
        return Device.with(PoolingCases.all().toList());
    }

    static Stream<Arguments> norms() {
        return Device.with(NormCases.all().toList());
    }

    static Stream<Arguments> elements() {
        return Device.with(ElementCases.all().toList());
    }

    static Stream<Arguments> moves() {
        return Device.with(MoveCases.all().toList());
    }

    static Stream<Arguments> sequences() {
        return Device.with(SequenceCases.all().toList());
    }

    static Stream<Arguments> shared() {
        return Device.with(SharedCases.all().toList());
    }

    @ParameterizedTest
    @MethodSource({"weighted", "poolings", "norms", "elements", "moves", "sequences", "shared"})
    void isAsOnTheReference(Device device, Comparison comparison) {
        comparison.check(device);
    }

    static Stream<Arguments> products() {
        List<Comparison> products = WeightedCases.products().toList();
        return Device.lowPrecision().stream()
                .flatMap(device -> products.stream().map(it -> Arguments.of(device, it)));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("products")
    void productsAreExactInLowPrecision(Device device, Comparison comparison) {
        comparison.check(device);
    }

    @Test
    void casesCoverEveryOperation() {
        List<Operation> covered = cases().flatMap(it -> it.operations().stream()).toList();
        Set<String> missing = new TreeSet<>(leaves(Operation.class));
        covered.forEach(it -> missing.remove(it.getClass().getSimpleName()));
        assertEquals(Set.of(), missing);
    }

    /** And each function that an operation may compute. */
    @Test
    void casesCoverEveryFunction() {
        Set<String> missing = new TreeSet<>();
        Stream.of(ActivationSpec.Kind.values()).forEach(it -> missing.add(it.text()));
        Stream.of(PointwiseLossSpec.Kind.values()).forEach(it -> missing.add(it.text()));
        Stream.of(TimeReduction.values()).forEach(it -> missing.add(it.text()));
        Stream.of(RecurrentSpec.Cell.values()).forEach(it -> missing.add(it.text()));
        cases().flatMap(it -> it.operations().stream()).forEach(it -> missing.remove(it.name()));
        assertEquals(Set.of(), missing);
    }

    private static Stream<Comparison> cases() {
        return Stream.of(
                        WeightedCases.all(),
                        PoolingCases.all(),
                        NormCases.all(),
                        ElementCases.all(),
                        MoveCases.all(),
                        SequenceCases.all())
                .flatMap(cases -> cases);
    }

    /** The records of a sealed type. */
    private static Set<String> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses())
                        .flatMap(each -> leaves(each).stream())
                        .collect(Collectors.toSet())
                : Set.of(type.getSimpleName());
    }

    static List<Device> devices() {
        return Device.all();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void namesTheCustomFunctionThatThrows(Device device) {
        Custom thrower =
                Custom.of(
                        "thrower",
                        x -> {
                            throw new ArithmeticException("no");
                        },
                        x -> 1);
        try (Backend backend = device.open();
                Side side =
                        new Side(
                                backend,
                                thrower,
                                Shape.of(2),
                                /* loss= */ null,
                                BindOptions.train())) {
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, side.binding()::forward);
            assertTrue(String.valueOf(e.getMessage()).startsWith("thrower, forward at"));
        }
    }
}
