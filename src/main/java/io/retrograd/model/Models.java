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

    private static final Shape PICTURE = Shape.of(3, 32, 32);
    private static final Shape PHOTOGRAPH = Shape.of(3, 224, 224);
    private static final Shape SMALL_PHOTOGRAPH = Shape.of(3, 16, 16);

    private static final Map<String, Entry> IMAGES =
            Map.ofEntries(
                    entry("mlp", c -> Mlp.of(c, 128), Shape.of(1, 28, 28), Shape.of(1, 4, 4)),
                    entry("digits", DigitsNet::of, Shape.of(1, 8, 8), Shape.of(1, 8, 8)),
                    entry("lenet5", LeNet5::of, Shape.of(1, 28, 28), Shape.of(1, 12, 12)),
                    entry("smallcnn", SmallCnn::of, PICTURE, Shape.of(3, 8, 8)),
                    entry("vgg-cifar", Vgg::cifar, PICTURE, Shape.of(3, 8, 8)),
                    entry("inception-cifar", Inception::cifar, PICTURE, Shape.of(3, 4, 4)),
                    entry("densenet-cifar", DenseNet::cifar, PICTURE, Shape.of(3, 4, 4)),
                    entry("mobilenetv2-cifar", MobileNetV2::cifar, PICTURE, Shape.of(3, 16, 16)),
                    entry("resnet18-cifar", ResNet::cifar18, PICTURE, Shape.of(3, 4, 4)),
                    entry("resnet50-cifar", ResNet::cifar50, PICTURE, Shape.of(3, 4, 4)),
                    entry("seresnet18-cifar", ResNet::cifarSe18, PICTURE, Shape.of(3, 4, 4)),
                    entry("tcn", Tcn::classifier, Shape.of(1, 784), Shape.of(2, 6)),
                    photographs("mobilenetv2", MobileNetV2::imageNet),
                    photographs("resnet18", ResNet::imageNet18),
                    photographs("resnet34", ResNet::imageNet34),
                    photographs("resnet50", ResNet::imageNet50),
                    photographs("seresnet50", ResNet::imageNetSe50),
                    Map.entry(
                            "densenet121",
                            new Entry(
                                    DenseNet::imageNet121, PHOTOGRAPH, Shape.of(3, 32, 32), 1000)),
                    Map.entry(
                            "vgg11-bn",
                            new Entry(Vgg::imageNet11, PHOTOGRAPH, Shape.of(3, 32, 32), 1000)),
                    Map.entry(
                            "vgg16-bn",
                            new Entry(Vgg::imageNet16, PHOTOGRAPH, Shape.of(3, 32, 32), 1000)));

    private static final Map<String, Entry> ENTRIES = new TreeMap<>(IMAGES);

    static {
        ENTRIES.putAll(TEXTS);
    }

    private Models() {}

    /** Of 10 classes. */
    private static Map.Entry<String, Entry> entry(
            String name, IntFunction<Layer> factory, Shape sample, Shape check) {
        return Map.entry(name, new Entry(factory, sample, check, 10));
    }

    /** Of large images, and 1000 classes. */
    private static Map.Entry<String, Entry> photographs(String name, IntFunction<Layer> factory) {
        return Map.entry(name, new Entry(factory, PHOTOGRAPH, SMALL_PHOTOGRAPH, 1000));
    }

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

    /**
     * A network with the shape of an input.
     *
     * @param inputShape the batch included
     */
    public record Form(Layer network, Shape inputShape) {}

    /** Networks that are not for classes, by name, in the form that their papers or tasks have. */
    public static Map<String, Form> others() {
        return new TreeMap<>(
                Map.of(
                        "autoencoder",
                        new Form(Autoencoder.mnist(), Shape.of(1, 1, 28, 28)),
                        "crnn",
                        new Form(Crnn.lines(/* classes= */ 37), Shape.of(1, 1, 32, 100)),
                        "unet",
                        new Form(UNet.pictures(2, 4, 16), Shape.of(1, 1, 128, 128)),
                        "unet-3d",
                        new Form(UNet.volumes(2, 3, 16), Shape.of(1, 1, 32, 64, 64)),
                        "yolo",
                        new Form(YoloNet.of(/* numbers= */ 13, 16), Shape.of(1, 3, 64, 64))));
    }

    /**
     * Small forms of networks that are not for classes, or too deep to be checked as they are, by
     * name: at which checking gradients is quick.
     */
    public static Map<String, Form> smallForms() {
        return Map.of(
                "mobilenetv2-cifar",
                new Form(MobileNetV2.small(/* classes= */ 3), Shape.of(4, 3, 6, 4)),
                "autoencoder",
                new Form(Autoencoder.of(2, 3, 4, 2), Shape.of(2, 1, 8, 8)),
                "crnn",
                new Form(Crnn.of(3, 1, 2), Shape.of(2, 1, 32, 8)),
                "unet",
                new Form(UNet.pictures(2, 3, 2), Shape.of(2, 1, 8, 4)),
                "unet-3d",
                new Form(UNet.volumes(2, 2, 2), Shape.of(1, 1, 2, 4, 4)),
                "yolo",
                new Form(YoloNet.of(/* numbers= */ 7, 2), Shape.of(3, 3, 16, 16)));
    }
}
