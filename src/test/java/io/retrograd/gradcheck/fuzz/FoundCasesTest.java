package io.retrograd.gradcheck.fuzz;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.Device;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.ValueFamily;
import io.retrograd.gradcheck.Verdict;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Gru;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases that failed once: what was wrong, or the bound that was, stays right.
 *
 * <p>To keep a failure of {@code gradcheck --fuzz}, add its smallest case here.
 */
class FoundCasesTest {
    static List<FuzzCase> cases() {
        return List.of(
                found(
                        2508168687433181131L,
                        ValueFamily.DENORMAL,
                        new AdaptiveMaxPool2d(3),
                        1,
                        1,
                        4,
                        1),
                found(8793616546586995309L, ValueFamily.ONES, new LayerNorm(9), 1, 9),
                found(470313816726995604L, ValueFamily.ONES, new InstanceNorm().eps(1e-2), 1, 1, 9),
                found(
                        2906174103496156645L,
                        ValueFamily.DENORMAL,
                        new Conv3d(1, 1).bias(false),
                        1,
                        1,
                        1,
                        1,
                        1),
                found(3216113400628070044L, ValueFamily.ONES, new GroupNorm(2), 1, 16, 10, 1),
                found(7731704252355685988L, ValueFamily.LARGE, new Rnn(1), 1, 1, 1),
                found(7346863427371682089L, ValueFamily.LARGE, new Lstm(1), 1, 1, 1),
                found(2722402593982030450L, ValueFamily.LARGE, new Gru(1), 1, 1, 1),
                found(
                        2448158786058623837L,
                        ValueFamily.ONES,
                        new Padded(
                                3,
                                new Sequential(
                                        new Embedding(5, 17, 3),
                                        new Lstm(16).layers(2),
                                        new MeanOverTime())),
                        5,
                        2));
    }

    private static FuzzCase found(long seed, ValueFamily values, Layer layer, int... shape) {
        return new FuzzCase(
                seed, layer.kind(), layer, Shape.of(shape), values, /* training= */ true);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRightOnEveryDevice(FuzzCase found) {
        try (Backend reference = Backends.open("reference")) {
            isRight(found, reference);
        }
        for (Device device :
                Stream.concat(Device.all().stream(), Device.lowPrecision().stream()).toList()) {
            try (Backend backend = device.open()) {
                isRight(found, backend);
            }
        }
    }

    private static void isRight(FuzzCase found, Backend device) {
        GradientReport report = found.check().on(device).run();
        assertNotEquals(Verdict.FAILED, report.verdict(), () -> found + "\n" + report.table());
    }
}
