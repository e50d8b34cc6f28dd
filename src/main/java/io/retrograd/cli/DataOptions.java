package io.retrograd.cli;

import io.retrograd.data.Datasets;
import io.retrograd.data.ImageFolder;
import io.retrograd.data.PictureDataset;
import io.retrograd.data.RandomShift;
import io.retrograd.data.Split;
import io.retrograd.data.TableDataset;
import io.retrograd.data.TrainTest;
import io.retrograd.data.UnknownTokens;
import io.retrograd.train.Augmentation;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to train on: the data set, its files, and which of its samples are kept for testing. */
final class DataOptions {
    /** Data sets that need no files. */
    private static final Set<String> INCLUDED = Set.of("digits", "language-id");

    /** Share of a text's tokens that are made unknown. */
    private static final double UNKNOWN = 0.1;

    @Parameters(
            arity = "0..1",
            paramLabel = "DATASET",
            description = "${COMPLETION-CANDIDATES}. images is another word for folder.",
            converter = DatasetNames.Reader.class,
            completionCandidates = DatasetNames.class)
    String name = "";

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = {
                "Folder with the files of mnist, fashion-mnist, cifar10 or cifar100. For text a"
                        + " file of lines label<TAB>text in UTF-8, or a folder with train.tsv and"
                        + " test.tsv. For folder a folder of pictures with a folder for each class,"
                        + " or with train and test of such. For csv a file. For npy a file .npz"
                        + " with the arrays x and y, or a folder with x.npy and y.npy."
            })
    @Nullable Path path;

    @Option(
            names = "--split",
            paramLabel = "KIND",
            description = {
                "classic: the official test images; without any, the second half. stratified: a"
                        + " fifth of each class. hash: about a fifth, by a hash of each file's"
                        + " name or row, which stay where they are when others are added. Default:"
                        + " classic where there is a test set; else stratified, but classic for"
                        + " digits."
            })
    private @Nullable Split split;

    @Mixin PictureOptions pictures = new PictureOptions();
    @Mixin TableOptions table = new TableOptions();

    /**
     * Checks the options, before anything is read.
     *
     * @throws IllegalArgumentException for an unknown data set
     */
    void check() {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "Missing required parameter: 'DATASET'; one of "
                            + String.join(", ", new DatasetNames().all()));
        }
        Values.oneOf("DATASET", new DatasetNames().all(), name);
        pictures.check();
        onlyOf("--size", pictures.size != null, DatasetNames.FOLDER);
        onlyOf("--grey", pictures.grey, DatasetNames.FOLDER);
        onlyOf("--skip-broken", pictures.skipBroken, DatasetNames.FOLDER);
        onlyOf("--label", table.label != null, DatasetNames.CSV, DatasetNames.NPY);
        onlyOf("--separator", table.separator != null, DatasetNames.CSV);
        onlyOf("--no-header", table.noHeader, DatasetNames.CSV);
    }

    /** Refuses an option that would change nothing. */
    private void onlyOf(String option, boolean given, String... datasets) {
        if (given && !List.of(datasets).contains(name)) {
            throw Values.wrong(option, "the data set " + String.join(" or ", datasets), name);
        }
    }

    /**
     * Reads the data set.
     *
     * @param network the name of the network that reads it
     * @param seed of a split that draws
     * @param noAugment whether pictures are trained on as they are
     * @param out receives what is to be said about the data
     */
    TrainTest load(String network, long seed, boolean noAugment, PrintWriter out)
            throws IOException {
        boolean text = name.equals(DatasetNames.TEXT);
        if (path != null && text) {
            return OwnTexts.load(path, network, split(), seed);
        }
        if (path == null && !INCLUDED.contains(name)) {
            throw new IllegalArgumentException(
                    name + ": expected its files, got none; name them with --data PATH");
        }
        if (name.equals(DatasetNames.FOLDER)) {
            return pictures.load(path(), split, seed, noAugment, out);
        }
        if (name.equals(DatasetNames.CSV) || name.equals(DatasetNames.NPY)) {
            return table.load(name, path(), split(), seed);
        }
        TrainTest parts = Datasets.load(name, path, split(), seed);
        boolean images = parts.train().tokenIds() == null;
        if (!images && pictures.given()) {
            throw new IllegalArgumentException(
                    "--augment: expected a data set of pictures, got " + name);
        }
        boolean transformed = pictures.given() || name.equals("cifar100");
        return transformed ? pictures.transformed(parts, noAugment) : parts;
    }

    /** Writes what a prediction needs to know beside the network's parameters. */
    void describe(RunDirectory directory, LabelledDataset samples, boolean noAugment)
            throws IOException {
        List<String> names = samples.labelNames();
        if (!names.isEmpty()) {
            directory.saveLabels(names);
        }
        if (samples instanceof TableDataset rows) {
            directory.saveTable(rows.standardization());
        }
        if (name.equals(DatasetNames.FOLDER)) {
            directory.saveTransforms(pictures.ofFolder(noAugment));
        } else if (samples instanceof PictureDataset) {
            directory.saveTransforms(pictures.of(samples.sampleShape(), noAugment));
        }
    }

    private Path path() {
        return Objects.requireNonNull(path);
    }

    /** What changes samples that have no transforms of their own. */
    @Nullable Augmentation augmentation(LabelledDataset samples) {
        if (samples.tokenIds() != null) {
            return new UnknownTokens(UNKNOWN);
        }
        boolean shifted =
                !pictures.given()
                        && List.of("digits", "mnist", "fashion-mnist", "cifar10").contains(name);
        return shifted ? new RandomShift(1) : null;
    }

    /** Whether reading samples is worth threads of its own. */
    private boolean busy() {
        return name.equals(DatasetNames.FOLDER) || name.equals("cifar100") || pictures.given();
    }

    /** The threads that read samples. */
    int workers() {
        return pictures.workers != null || busy() ? pictures.threads() : 0;
    }

    private Split split() {
        boolean file = name.equals(DatasetNames.TEXT) && path != null && !Files.isDirectory(path);
        boolean table = name.equals(DatasetNames.CSV) || name.equals(DatasetNames.NPY);
        boolean folder =
                name.equals(DatasetNames.FOLDER)
                        && path != null
                        && !new ImageFolder(path).hasTest();
        return split != null ? split : file || table || folder ? Split.STRATIFIED : Split.CLASSIC;
    }

    /** The name of the split, as in {@code classic}. */
    String splitName() {
        return split().name().toLowerCase(Locale.ROOT);
    }

    /** The kind of samples, as in {@code images}. */
    static String kind(LabelledDataset samples) {
        if (samples.tokenIds() != null) {
            return "texts";
        }
        return samples.sampleShape().rank() == 1 ? "rows" : "images";
    }
}
