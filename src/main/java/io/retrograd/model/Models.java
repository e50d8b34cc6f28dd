package io.retrograd.model;

import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The ready-made networks by name. */
public final class Models {
    private static final Map<String, Entry> TEXTS =
            Map.of(
                    "cnn-bigru",
                    Entry.ofText(CnnBiGru::words, 20_000, Shape.of(200), Shape.of(6), 5),
                    "char-cnn-bigru",
                    Entry.ofText(CnnBiGru::characters, 256, Shape.of(40), Shape.of(6), 16));

    private static final Map<String, Entry> IMAGES =
            Map.of(
                    "mlp",
                    new Entry(c -> Mlp.of(c, 128), Shape.of(1, 28, 28), Shape.of(1, 4, 4), 10),
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
                    new Entry(ResNet::imageNet18, Shape.of(3, 224, 224), Shape.of(3, 16, 16), 1000),
                    "resnet50",
                    new Entry(
                            ResNet::imageNet50, Shape.of(3, 224, 224), Shape.of(3, 16, 16), 1000));

    private static final Map<String, Entry> ENTRIES = new TreeMap<>(IMAGES);

    static {
        ENTRIES.putAll(TEXTS);
    }

    private Models() {}

    /**
     * A ready-made network.
     *
     * @param factory makes it for a number of classes
     * @param sampleShape the shape of one sample that it was designed for, without the batch
     * @param checkShape a smaller sample that it takes too, at which checking gradients is quick
     * @param classes the number of classes that it was designed for
     * @param text makes it for a vocabulary too, if it is for texts
     */
    public record Entry(
            IntFunction<Layer> factory,
            Shape sampleShape,
            Shape checkShape,
            int classes,
            @Nullable TextNetwork text) {
        private Entry(
                IntFunction<Layer> factory, Shape sampleShape, Shape checkShape, int classes) {
            this(factory, sampleShape, checkShape, classes, /* text= */ null);
        }

        private static Entry ofText(
                TextNetwork text, int vocabulary, Shape sample, Shape check, int classes) {
            return new Entry(c -> text.of(vocabulary, c).network(), sample, check, classes, text);
        }

        /**
         * The network for a data set.
         *
         * @param tokens the tokens that its samples hold, if they do
         */
        public Layer create(int forClasses, @Nullable TokenIds tokens) {
            return text == null || tokens == null
                    ? factory.apply(forClasses)
                    : text.of(tokens.count(), forClasses).padding(tokens.padding()).network();
        }

        /** The network for the number of classes it was made for. */
        public Layer create() {
            return factory.apply(classes);
        }
    }

    /** Makes a network for texts. */
    @FunctionalInterface
    public interface TextNetwork {
        /** For this vocabulary and number of classes. */
        CnnBiGru of(int vocabulary, int classes);
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
