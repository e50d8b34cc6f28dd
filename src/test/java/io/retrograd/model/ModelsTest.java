package io.retrograd.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
    private static final int BATCH = 4;

    static Iterable<String> names() {
        return Models.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void givesOneLogitAClass(String name) {
        Models.Entry entry = Models.get(name);
        Layer network = entry.create();
        Shape logits = Shape.of(BATCH, entry.classes());
        assertEquals(logits, network.outputShape(entry.sampleShape().batch(BATCH)));
        assertEquals(logits, network.outputShape(entry.checkShape().batch(BATCH)));
    }

    /** Numbers of parameters as in torchvision's networks and, for the SE network, timm's. */
    @ParameterizedTest
    @CsvSource({
        "mobilenetv2, 3504872",
        "densenet121, 7978856",
        "vgg11-bn, 132868840",
        "vgg16-bn, 138365992",
        "resnet50, 25557032",
        "seresnet50, 28088024"
    })
    void hasAsManyParametersAsElsewhere(String name, long parameters) {
        Models.Entry entry = Models.get(name);
        try (Backend backend = Backends.open("reference");
                Parameters known = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(known, BindOptions.infer());
            entry.create().bind(binder, binder.input(entry.sampleShape().batch(1)));
            long count = known.tensors().stream().mapToLong(w -> w.shape().size()).sum();
            assertEquals(parameters, count);
        }
    }

    /** A small step against the gradient of one batch makes its loss smaller. */
    @ParameterizedTest
    @ValueSource(strings = {"mlp", "digits", "lenet5", "smallcnn", "vgg-cifar", "resnet18-cifar"})
    void aStepLowersTheLoss(String name) {
        Models.Entry entry = Models.get(name);
        double[] x = new double[Math.toIntExact(entry.checkShape().batch(BATCH).size())];
        Arrays.setAll(x, i -> Philox.normal(3, 4, i));
        int[] labels = {1, 3, 5, 7};
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(entry.create(), entry.checkShape(), backend, /* seed= */ 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(1e-6), BATCH)) {
            step.run(x, labels);
            double before = step.loss();
            step.run(x, labels);
            assertTrue(step.loss() < before, step.loss() + " after " + before);
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Models.get("alexnet"));
        assertTrue(e.getMessage().contains("resnet18"), e.getMessage());
    }
}
