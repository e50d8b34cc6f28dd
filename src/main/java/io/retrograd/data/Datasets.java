package io.retrograd.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data sets by name, as on the command line. */
public final class Datasets {
    private static final String MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/";
    private static final String FASHION_MNIST =
            "https://github.com/zalandoresearch/fashion-mnist (data/fashion)";
    private static final String CIFAR10 =
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, unpack it and name its"
                    + " folder cifar-10-batches-bin";
    private static final String CIFAR100 =
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz, unpack it and name its"
                    + " folder cifar-100-binary";

    private Datasets() {}

    /** The names that {@link #load} takes. */
    public static List<String> names() {
        return List.of("digits", "language-id", "mnist", "fashion-mnist", "cifar10", "cifar100");
    }

    /**
     * Loads a data set.
     *
     * <p>{@code digits} comes with the library, {@code language-id} with Java. {@code mnist} and
     * {@code fashion-mnist} need their IDX files, gzipped or not: {@code train-images-idx3-ubyte},
     * {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte}, {@code
     * t10k-labels-idx1-ubyte}. {@code cifar10} needs its binary version: {@code data_batch_1.bin}
     * to {@code data_batch_5.bin}, {@code test_batch.bin}; {@code cifar100} too: {@code train.bin},
     * {@code test.bin}.
     *
     * @param name one of {@link #names}
     * @param folder where its files are; null for {@code digits} and {@code language-id}
     * @param split only {@code CLASSIC} for data that has an official test set
     * @param seed the seed of a split that draws
     * @throws IllegalArgumentException for an unknown name, a missing folder or such a split
     * @throws IOException if a file is missing or damaged; the message names it and the offset
     */
    public static TrainTest load(String name, @Nullable Path folder, Split split, long seed)
            throws IOException {
        if (name.equals("digits")) {
            return split.of(Digits.load(), seed);
        }
        if (name.equals("language-id") && split == Split.CLASSIC) {
            return LanguageId.load();
        }
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "Datasets: expected one of " + names() + ", got " + name);
        }
        if (split != Split.CLASSIC) {
            throw new IllegalArgumentException(
                    String.format(
                            "Datasets: %s has a test set of its own; expected split classic, got"
                                    + " %s of %s",
                            name, split, Arrays.toString(Split.values())));
        }
        if (folder == null) {
            throw new IllegalArgumentException(
                    "Datasets: expected the folder with the files of " + name + ", got none");
        }
        return switch (name) {
            case "mnist" -> Idx.load(folder, MNIST);
            case "fashion-mnist" -> Idx.load(folder, FASHION_MNIST);
            case "cifar100" -> Cifar.load100(folder, CIFAR100);
            default -> Cifar.load(folder, CIFAR10);
        };
    }
}
