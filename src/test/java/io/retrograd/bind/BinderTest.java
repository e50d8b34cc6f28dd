package io.retrograd.bind;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BinderTest {
    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(4, 3).padding(1),
                    new Relu(),
                    new Residual(new Sequential(new Conv2d(4, 3).padding(1), new Relu())),
                    new Flatten(),
                    new Linear(3));
    private static final Shape INPUT = Shape.of(2, 1, 5, 5);

    private Backend backend;
    private Parameters parameters;

    @BeforeEach
    void open() {
        backend = Backends.open("reference");
        parameters = new Parameters(backend, 1);
    }

    @AfterEach
    void close() {
        parameters.close();
        backend.close();
    }

    @Test
    void parametersAreNamedByPath() {
        bind(NETWORK, BindOptions.train()).close();
        assertEquals(
                List.of(
                        "0.weight",
                        "0.bias",
                        "2.body.0.weight",
                        "2.body.0.bias",
                        "4.weight",
                        "4.bias"),
                List.copyOf(parameters.named().keySet()));
    }

    @Test
    void aTensorWithTwoReadersMustBeForked() {
        Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
        Tensor x = binder.input(Shape.of(2, 3));
        ActivationSpec tanh = ActivationSpec.of(ActivationSpec.Kind.TANH);
        binder.record(to -> new Elementwise.Activation(tanh, x, to));
        IllegalStateException e =
                assertThrows(
                        IllegalStateException.class,
                        () -> binder.record(to -> new Elementwise.Activation(tanh, x, to)));
        assertTrue(e.getMessage().contains("fork"), e.getMessage());
    }

    @Test
    void memoryIsReusedAndKeptWhereAskedFor() {
        Binding.MemoryUse train = use(BindOptions.train());
        Binding.MemoryUse infer = use(BindOptions.infer());
        Binding.MemoryUse all = use(BindOptions.inspect(/* training= */ true));
        assertTrue(train.arena() < train.withoutReuse(), train.toString());
        assertTrue(infer.arena() < train.arena(), infer + " " + train);
        assertEquals(all.withoutReuse(), all.arena());
    }

    /** The same step with shared and with separate memory: the plan must not change a bit. */
    @Test
    void sharingMemoryChangesNoGradient() {
        double[][] gradients = new double[2][];
        List<BindOptions> options =
                List.of(BindOptions.train(), BindOptions.inspect(/* training= */ true));
        for (int i = 0; i < 2; i++) {
            Binder binder = new Binder(parameters, options.get(i));
            Tensor x = binder.input(INPUT);
            Tensor y = binder.keep(NETWORK.bind(binder, x));
            try (Binding binding = binder.commit()) {
                x.setAll(Initializer.normal(1).elements(INPUT, 3, 4));
                binding.forward();
                y.requireGrad().copyFrom(1, 2, 3, -4, 5, 6);
                binding.backward();
                gradients[i] = parameters.get("0.weight").requireGrad().toArray();
            }
        }
        assertArrayEquals(gradients[0], gradients[1]);
    }

    @Test
    void whatComesBeforeTheFirstParameterHasNoBackward() {
        Layer network =
                new Sequential(
                        new Residual(new Relu()),
                        new Concat(new Sequential(), new Tanh()),
                        Custom.of("twice", x -> 2 * x, x -> 2),
                        new Flatten(),
                        new Linear(1));
        Binder binder = new Binder(parameters, BindOptions.train());
        Tensor x = binder.input(INPUT);
        Tensor y = binder.keep(network.bind(binder, x));
        try (Binding binding = binder.commit()) {
            binding.forward();
            y.requireGrad().copyFrom(new double[(int) y.shape().size()]);
            binding.backward();
        }
    }

    @Test
    void twoBindingsShareParameters() {
        try (Binding one = bind(NETWORK, BindOptions.train());
                Binding two = bind(NETWORK, BindOptions.infer())) {
            assertEquals(one.nodes().size(), two.nodes().size());
            assertEquals(6, parameters.tensors().size());
        }
    }

    @Test
    void aBindingOfOtherLayersIsRefused() {
        bind(NETWORK, BindOptions.train()).close();
        Layer other = new Sequential(new Conv2d(5, 3).padding(1));
        LayerException e =
                assertThrows(LayerException.class, () -> bind(other, BindOptions.train()));
        assertTrue(e.getMessage().startsWith("0: "), e.getMessage());
        Layer longer = new Sequential(new Conv2d(4, 3).padding(1), new Conv2d(4, 3));
        e = assertThrows(LayerException.class, () -> bind(longer, BindOptions.train()));
        assertTrue(e.getMessage().startsWith("1: "), e.getMessage());
    }

    @Test
    void errorsStartWithTheLayersPath() {
        Layer bad =
                new Sequential(
                        new Flatten(), new Residual(new Sequential(new Relu(), new Conv2d(2, 3))));
        LayerException e = assertThrows(LayerException.class, () -> bind(bad, BindOptions.train()));
        assertTrue(e.getMessage().startsWith("1.body.1: "), e.getMessage());
        e = assertThrows(LayerException.class, () -> bad.outputShape(INPUT));
        assertTrue(e.getMessage().startsWith("1.body.1: "), e.getMessage());
    }

    @Test
    void moreMemoryThanAllowedIsRefusedBeforeItIsAllocated() {
        BindOptions tight = BindOptions.train().memoryLimit(1_000);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> bind(NETWORK, tight));
        assertTrue(e.getMessage().contains("1,000"), e.getMessage());
    }

    @Test
    void usedAfterCloseAndWithoutGradients() {
        Binder binder = new Binder(parameters, BindOptions.infer());
        Tensor x = binder.input(INPUT);
        NETWORK.bind(binder, x);
        assertThrows(IllegalStateException.class, x::toArray);
        Binding binding = binder.commit();
        assertThrows(IllegalStateException.class, binding::backward);
        assertThrows(IllegalStateException.class, binder::commit);
        binding.close();
        assertThrows(IllegalStateException.class, binding::forward);
        assertThrows(IllegalStateException.class, x::toArray);
        parameters.close();
        assertThrows(IllegalStateException.class, () -> parameters.get("0.weight").toArray());
    }

    private Binding.MemoryUse use(BindOptions options) {
        try (Binding binding = bind(NETWORK, options)) {
            return binding.memoryUse();
        }
    }

    private Binding bind(Layer layer, BindOptions options) {
        Binder binder = new Binder(parameters, options);
        binder.keep(layer.bind(binder, binder.input(INPUT)));
        return binder.commit();
    }
}
