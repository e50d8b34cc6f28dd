package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Layer;
import io.retrograd.model.DenseNet;
import io.retrograd.model.MobileNetV2;
import io.retrograd.model.Models;
import io.retrograd.model.ResNet;
import io.retrograd.model.Vgg;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.StartingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads torchvision's networks and compares logits with PyTorch's. The files hold narrow forms, of
 * the same layers by the same names; make.py says how they were made.
 *
 * <p>{@code -Dretrograd.torchvision=FOLDER} compares the networks as they are, from what {@code
 * make.py --full FOLDER} wrote.
 */
class TorchvisionTest {
    private static final Path FILES = Path.of("src/test/resources/torchvision");

    /** Of float64 in another order; the worst measured is 1.2e-14. */
    private static final double EXACT = 1e-12;

    /** Of float32 through up to 121 layers; the worst measured is 1.0e-6, of whole ones 2.3e-6. */
    private static final double FLOAT32 = 1e-5;

    private static Layer narrow(Torchvision network) {
        int classes = 5;
        return switch (network) {
            case RESNET18 -> ResNet.basic(2, classes, 2, 2, 2, 2);
            case RESNET34 -> ResNet.basic(2, classes, 3, 4, 6, 3);
            case RESNET50 -> ResNet.bottleneck(2, classes, 3, 4, 6, 3);
            case VGG11_BN -> Vgg.imageNet(2, 6, classes, 1, 1, 2, 2, 2);
            case VGG16_BN -> Vgg.imageNet(2, 6, classes, 2, 2, 3, 3, 3);
            case MOBILENET_V2 -> MobileNetV2.imageNet(classes, 0.1);
            case DENSENET121 -> DenseNet.imageNet(4, 2, classes, 6, 12, 24, 16);
        };
    }

    @ParameterizedTest
    @EnumSource
    void narrowFormsGiveTheSameLogits(Torchvision network) throws IOException {
        try (Backend reference = Backends.open("reference", "float64", /* threads= */ 0)) {
            assertEquals(0, error(network, narrow(network), FILES, reference), EXACT);
        }
    }

    @Test
    void soDoesTheCpu() throws IOException {
        Torchvision network = Torchvision.RESNET18;
        try (Backend cpu = Backends.open("cpu", "float32", /* threads= */ 0)) {
            assertEquals(0, error(network, narrow(network), FILES, cpu), FLOAT32);
        }
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "retrograd.torchvision", matches = ".+")
    void wholeNetworksGiveTheSameLogits(Torchvision network) throws IOException {
        String folder = System.getProperty("retrograd.torchvision", "");
        try (Backend cpu = Backends.open("cpu", "float32", /* threads= */ 0)) {
            Layer whole = Models.get(network.model()).create(1000, null);
            double error = error(network, whole, Path.of(folder), cpu);
            System.out.printf("%s: largest relative error %.1e%n", network, error);
            assertEquals(0, error, FLOAT32);
        }
    }

    /** The largest difference of logits, as a share of the largest logit. */
    private static double error(Torchvision network, Layer layer, Path folder, Backend backend)
            throws IOException {
        SafeTensor x = Npy.read(folder.resolve("x.npy"));
        double[] expected = Npy.read(folder.resolve(network.model() + ".y.npy")).doubles();
        Shape sample = x.shape().tail(1);
        try (Model model = Model.create(layer, sample, backend, /* seed= */ 1)) {
            weights(network, folder).into(model);
            double[] logits = model.predict(x.doubles());
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            double error = 0;
            for (int i = 0; i < expected.length; i++) {
                error = Math.max(error, Math.abs(logits[i] - expected[i]) / largest);
            }
            return error;
        }
    }

    /** A narrow MobileNetV2 has its first block's shapes agree, a whole one has not. */
    private static Weights weights(Torchvision network, Path folder) throws IOException {
        Weights weights = Weights.load(file(folder, network)).from(network);
        return network == Torchvision.MOBILENET_V2 && folder.equals(FILES)
                ? weights.rename("^3\\.", "3.body.")
                : weights;
    }

    private static Path file(Path folder, Torchvision network) {
        Path pt = folder.resolve(network.model() + ".pt");
        return Files.exists(pt) ? pt : folder.resolve(network.model() + ".safetensors");
    }

    /** So that a state dictionary of a whole network has a place for each of its tensors. */
    @ParameterizedTest
    @EnumSource
    void wholeNetworksHaveTheSameNames(Torchvision network) throws IOException {
        Layer whole = Models.get(network.model()).create(7, null);
        try (Backend backend = Backends.open("reference", "float64", /* threads= */ 1);
                Model model = Model.create(whole, Shape.of(3, 32, 32), backend, 1)) {
            assertEquals(
                    new TreeSet<>(StartingValues.shapes(model).keySet()),
                    new TreeSet<>(Weights.load(file(FILES, network)).from(network).names()));
            assertEquals(
                    Shape.of(7),
                    StartingValues.shapes(model).get(network.head().replace("*", "bias")));
        }
    }

    @Test
    void aHeadForOtherClassesIsLeftAsItWas() throws IOException {
        try (Backend backend = Backends.open("reference", "float64", /* threads= */ 1);
                Model model =
                        Model.create(
                                ResNet.basic(2, 3, 2, 2, 2, 2), Shape.of(3, 32, 32), backend, 1)) {
            Torchvision network = Torchvision.RESNET18;
            double[] before = model.parameter("21.weight");
            Weights weights = Weights.load(file(FILES, network)).from(network);
            Weights.Result result = weights.except(network.head()).into(model);
            assertEquals(122 - 20 - 2, result.loaded().size());
            assertEquals("[21.weight, 21.bias]", result.kept().toString());
            assertTrue(Arrays.equals(before, model.parameter("21.weight")));
            assertEquals(result, weights.exceptIfOther(network.head()).into(model));
        }
    }

    @Test
    void oldNamesOfDenseNetsAreKnown() {
        assertEquals(
                "4.branches.1.3.running_var",
                Torchvision.DENSENET121.name(
                        "features.denseblock1.denselayer1.norm.2.running_var"));
        assertEquals("other.weight", Torchvision.DENSENET121.name("other.weight"));
    }
}
