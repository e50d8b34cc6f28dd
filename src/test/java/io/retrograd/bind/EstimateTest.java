package io.retrograd.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.retrograd.optim.Adadelta;
import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Adamax;
import io.retrograd.optim.Lamb;
import io.retrograd.optim.Lion;
import io.retrograd.optim.NAdam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.RAdam;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a binding is said to take, and what it takes: memory of the operations' own included. */
class EstimateTest {
    private static final int BATCH = 5;
    private static final int LARGER = 40;

    /** What is fastest may take less memory a sample, but not this much less. */
    private static final int FAR_LARGER = 10 * LARGER;

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
            Binder more = binder(parameters, tight, network, sample, FAR_LARGER);
            assertThrows(MemoryException.class, more::commit);
        }
    }

    private static Backend open(String device) {
        boolean usable = Backends.provider(device).probe().usable();
        Required.assume(device, usable, device + " cannot be used here");
        return Backends.open(device);
    }

    /** What an optimizer will take is counted before it does, and no more. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", "cuda-standin"})
    void anOptimizersMemoryIsExpected(String device) {
        List<Optimizer> optimizers =
                List.of(
                        new Sgd(1),
                        new Sgd(1).momentum(0.9),
                        new Adam(1),
                        new Adam(1).amsgrad(),
                        new RmsProp(1),
                        new RmsProp(1).momentum(0.9).centered(),
                        new Adagrad(1),
                        new Adamax(1),
                        new Adadelta(1),
                        new NAdam(1),
                        new RAdam(1),
                        new Lion(1),
                        new Lamb(1));
        for (Optimizer optimizer : optimizers) {
            try (Backend backend = open(device);
                    Parameters parameters = new Parameters(backend, 1)) {
                Binder binder =
                        binder(parameters, BindOptions.train(), IMAGES, Shape.of(3, 8, 8), 1);
                try (Binding binding = binder.commit()) {
                    assertFalse(binding.nodes().isEmpty());
                    parameters.expectSlots(optimizer.spec().slots());
                    long expected = parameters.bytes(/* gradients= */ true);
                    optimizer.bind(parameters);
                    parameters.expectSlots(0);
                    long taken = parameters.bytes(/* gradients= */ true);
                    boolean keepsLess = optimizer instanceof RmsProp;
                    assertTrue(
                            keepsLess ? taken <= expected : taken == expected,
                            optimizer + ": " + taken + ", " + expected);
                }
            }
        }
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
