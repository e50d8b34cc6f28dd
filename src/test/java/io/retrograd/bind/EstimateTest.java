package io.retrograd.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Required;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a binding is said to take, and what it takes: memory of the operations' own included. */
class EstimateTest {
    private static final int BATCH = 5;
    private static final int LARGER = 40;

    private static final Layer IMAGES =
            new Sequential(
                    new Conv2d(6, 3).padding(1),
                    new BatchNorm(),
                    new Relu(),
                    new Residual(new Sequential(new Conv2d(6, 3).padding(1), new BatchNorm())),
                    new LocalResponseNorm(3),
                    new MaxPool2d(2),
                    new Flatten(),
                    new Linear(4));

    private static final Layer SEQUENCES = new Sequential(new Gru(7), new Flatten(), new Linear(4));

    static Stream<Arguments> networks() {
        return Stream.of("reference", "cpu", "cuda-standin")
                .flatMap(
                        device ->
                                Stream.of(
                                        Arguments.of(device, IMAGES, Shape.of(3, 8, 8)),
                                        Arguments.of(device, SEQUENCES, Shape.of(6, 5))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void isWhatIsCommitted(String device, Layer network, Shape sample) {
        try (Backend backend = open(device);
                Parameters parameters = new Parameters(backend, 1)) {
            for (BindOptions options : List.of(BindOptions.train(), BindOptions.infer())) {
                Binding.MemoryUse said =
                        binder(parameters, options, network, sample, BATCH).estimate().memoryUse();
                try (Binding binding =
                        binder(parameters, options, network, sample, BATCH).commit()) {
                    assertEquals(said, binding.memoryUse());
                }
            }
        }
    }

    /** With just the memory that a batch is said to take it fits, and a larger one does not. */
    @ParameterizedTest
    @MethodSource("networks")
    void theLargestBatchFits(String device, Layer network, Shape sample) {
        try (Backend backend = open(device);
                Parameters parameters = new Parameters(backend, 1)) {
            BindOptions train = BindOptions.train();
            long arena =
                    binder(parameters, train, network, sample, LARGER)
                            .estimate()
                            .memoryUse()
                            .arena();
            BindOptions tight = train.memoryLimit(arena + parameters.bytes(train.gradients()));
            binder(parameters, tight, network, sample, LARGER).commit().close();
            Binder more = binder(parameters, tight, network, sample, LARGER + 4);
            assertThrows(MemoryException.class, more::commit);
        }
    }

    private static Backend open(String device) {
        boolean usable = Backends.provider(device).probe().usable();
        Required.assume(device, usable, device + " cannot be used here");
        return Backends.open(device);
    }

    private static Binder binder(
            Parameters parameters, BindOptions options, Layer network, Shape sample, int batch) {
        Binder binder = new Binder(parameters, options);
        Tensor y = binder.keep(network.bind(binder, network.input(binder, sample.batch(batch))));
        Loss loss = new CrossEntropy();
        binder.keep(loss.bind(binder, y, loss.target(binder, y.shape())));
        return binder;
    }
}
