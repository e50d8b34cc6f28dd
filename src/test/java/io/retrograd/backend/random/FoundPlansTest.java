package io.retrograd.backend.random;

import io.retrograd.backend.conformance.Comparison.Mode;
import io.retrograd.backend.conformance.Device;
import io.retrograd.gradcheck.fuzz.DrawnLayer;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans that were wrong once, each on all of the CPU's precisions.
 *
 * <p>To keep a failure of {@code src/test/random-plans}, add its network here.
 */
class FoundPlansTest {
    @TempDir Path folder;

    /** Layers whose every remembered way is another one's. */
    private static Stream<Named<Drawn>> stale() {
        return Stream.of(
                named("convolution", new Conv2d(17, 4), 3, 17, 17, 17),
                named("grouped convolution", new Conv2d(8, 3).groups(4), 2, 4, 3, 3),
                named("padding beyond the kernel", new Conv2d(8, 1, 5).padding(2, 5), 1, 3, 4, 4),
                named("strided windows", new Conv2d(1, 1, 4).stride(4).padding(0, 3), 5, 3, 5, 17),
                named("transposed convolution", new ConvTranspose2d(2, 1).stride(2), 2, 2, 12, 5),
                named(
                        "transposed convolution, cut off",
                        new ConvTranspose2d(17, 4).padding(5, 2).bias(false),
                        1,
                        4,
                        32,
                        7),
                named(
                        "transposed convolution, strided and cut off",
                        new ConvTranspose2d(32, 5).stride(3, 2).padding(5, 3),
                        1,
                        8,
                        16,
                        2),
                named("linear map", new Linear(2), 3, 3, 6),
                named("residual", new Residual(new Conv2d(16, 1)), 3, 16, 10, 6),
                Named.of("small network", smallNetwork()));
    }

    private static Drawn smallNetwork() {
        Layer network =
                new Sequential(
                        new Residual(new Conv2d(2, 3).padding(1)),
                        new Softplus(),
                        new Concat(new Conv2d(3, 3).padding(1), new Conv2d(4, 3).padding(1)),
                        new AvgPool2d(3).stride(1).padding(1),
                        new Residual(new Conv2d(7, 1)));
        return new Drawn(network, "small network", Shape.of(1, 2, 8, 9), /* exact= */ false, 8);
    }

    private static Stream<Named<Drawn>> any() {
        return Stream.of(
                named(
                        "one channel, strided to a width of one",
                        new Conv2d(5, 3).stride(1, 2),
                        3,
                        1,
                        13,
                        4),
                named(
                        "one channel, padded, strided to a width of one",
                        new Conv2d(5, 3).stride(1, 2).padding(1),
                        3,
                        1,
                        2,
                        2),
                named("one channel to one channel", new Conv2d(1, 3).stride(1, 3), 3, 1, 13, 5),
                named(
                        "windows in the padding",
                        new ConvTranspose1d(1, 3).stride(2).padding(3),
                        1,
                        1,
                        3),
                named(
                        "workspace of strided 1x1",
                        new ConvTranspose2d(8, 1).stride(2).outputPadding(1),
                        1,
                        16,
                        32,
                        32),
                named(
                        "a part of what a convolution gives",
                        new Sequential(new Conv2d(1, 1), new Pad(1, 0, 2, 1), new Narrow(2, 1, 4)),
                        1,
                        1,
                        7,
                        9),
                named("workspace of strided 1x1, plain", new Conv2d(8, 1).stride(2), 1, 4, 32, 32));
    }

    private static Named<Drawn> named(String name, Layer layer, int... shape) {
        return Named.of(name, Drawn.of(new DrawnLayer(layer, Shape.of(shape)), /* exact= */ true));
    }

    /** Sums that cancel, by the seed of their numbers, and roundings that follow each other. */
    private static Stream<Arguments> rounded() {
        return Stream.of(
                Arguments.of(-6686510593990639669L, fractions(new Gru(1), 3, 1, 1)),
                Arguments.of(6027597172175194969L, fractions(new Softmax(1), 1, 2)),
                Arguments.of(4252392384910671246L, fractions(new GlobalAvgPool2d(), 1, 1, 13, 5)),
                Arguments.of(
                        -3616089473814038579L,
                        fractions(new Rnn(1).bidirectional(true).layers(2), 1, 1, 1)),
                Arguments.of(0, Named.of("deep network", deepNetwork())));
    }

    private static Named<Drawn> fractions(Layer layer, int... shape) {
        return Named.of(
                layer.toString(),
                Drawn.of(new DrawnLayer(layer, Shape.of(shape)), /* exact= */ false));
    }

    private static Drawn deepNetwork() {
        Layer network =
                new Sequential(
                        new Concat(new Conv2d(16, 3).padding(1), new Conv2d(4, 3).padding(1)),
                        new BatchNorm().eps(0.1),
                        new Residual(
                                new Sequential(
                                        new Conv2d(20, 1),
                                        new Softplus(),
                                        new Conv2d(20, 3).padding(1))),
                        new Concat(new Conv2d(1, 1), new Conv2d(8, 3).padding(1)),
                        new Tanh());
        return new Drawn(network, "deep network", Shape.of(1, 16, 7, 11), /* exact= */ false, 10);
    }

    @ParameterizedTest
    @MethodSource("rounded")
    void roundsNoMoreThanIsAllowed(long seed, Drawn drawn) throws IOException {
        run(seed, Mode.INFER, drawn, /* deterministic= */ false, CacheState.EMPTY);
        if (drawn.operations() == 1) {
            run(seed, Mode.TRAIN, drawn, /* deterministic= */ false, CacheState.EMPTY);
        }
    }

    @ParameterizedTest
    @MethodSource("stale")
    void computesWhatIsRememberedWrongly(Drawn drawn) throws IOException {
        run(drawn, /* deterministic= */ false, CacheState.STALE);
    }

    @ParameterizedTest
    @MethodSource("any")
    void computesWhatTheReferenceDoes(Drawn drawn) throws IOException {
        run(drawn, /* deterministic= */ true, CacheState.EMPTY);
        run(drawn, /* deterministic= */ false, CacheState.EMPTY);
    }

    private void run(Drawn drawn, boolean deterministic, CacheState cache) throws IOException {
        run(/* seed= */ 1, Mode.TRAIN, drawn, deterministic, cache);
    }

    private void run(long seed, Mode mode, Drawn drawn, boolean deterministic, CacheState cache)
            throws IOException {
        for (Device device : devices()) {
            new PlanCase(
                            seed,
                            drawn,
                            mode,
                            /* steps= */ false,
                            device,
                            /* threads= */ 2,
                            deterministic,
                            cache)
                    .run(folder);
        }
    }

    private static List<Device> devices() {
        return Stream.concat(Device.all().stream(), Device.lowPrecision().stream())
                .filter(device -> device.provider().name().equals("cpu"))
                .toList();
    }
}
