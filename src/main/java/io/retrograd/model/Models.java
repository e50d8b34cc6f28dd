package io.retrograd.model;

import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** The ready-made networks by name. */
public final class Models {
    private static final Map<String, Entry> ENTRIES =
            new TreeMap<>(
                    Map.of(
                            "cnn-bigru",
                            new Entry(
                                    c -> CnnBiGru.words(20_000, c).network(),
                                    Shape.of(200),
                                    Shape.of(6),
                                    5),
                            "mlp",
                            new Entry(
                                    c -> Mlp.of(c, 128),
                                    Shape.of(1, 28, 28),
                                    Shape.of(1, 4, 4),
                                    10),
                            "digits",
                            new Entry(DigitsNet::of, Shape.of(1, 8, 8), Shape.of(1, 8, 8), 10),
                            "lenet5",
                            new Entry(LeNet5::of, Shape.of(1, 28, 28), Shape.of(1, 12, 12), 10),
                            "smallcnn",
                            new Entry(SmallCnn::of, Shape.of(3, 32, 32), Shape.of(3, 8, 8), 10),
                            "vgg-cifar",
                            new Entry(Vgg::cifar, Shape.of(3, 32, 32), Shape.of(3, 8, 8), 10),
                            "resnet18-cifar",
                            new Entry(ResNet::cifar18, Shape.of(3, 32, 32), Shape.of(3, 4, 4), 10),
                            "resnet50-cifar",
                            new Entry(ResNet::cifar50, Shape.of(3, 32, 32), Shape.of(3, 4, 4), 10),
                            "resnet18",
                            new Entry(
                                    ResNet::imageNet18,
                                    Shape.of(3, 224, 224),
                                    Shape.of(3, 16, 16),
                                    1000),
                            "resnet50",
                            new Entry(
                                    ResNet::imageNet50,
                                    Shape.of(3, 224, 224),
                                    Shape.of(3, 16, 16),
                                    1000)));

    private Models() {}

    /**
     * A ready-made network.
     *
     * @param factory makes it for a number of classes
     * @param sampleShape what it was made for: one sample, without the batch
     * @param checkShape a smaller sample that it takes too, at which checking gradients is quick
     * @param classes what it was made for
     */
    public record Entry(
            IntFunction<Layer> factory, Shape sampleShape, Shape checkShape, int classes) {
        /** The network for the number of classes it was made for. */
        public Layer create() {
            return factory.apply(classes);
        }
    }

    /** All names, sorted. */
    public static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /**
     * The network of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Entry get(String name) {
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "model: expected one of " + String.join(", ", names()) + ", got " + name);
        }
        return entry;
    }
}
