package io.retrograd.cli;

import io.retrograd.data.Datasets;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to train on: the data set, its files, and which of its samples are kept for testing. */
final class DataOptions {
    /** Data sets that need no files. */
    private static final Set<String> INCLUDED = Set.of("digits", "language-id");

    @Parameters(
            arity = "0..1",
            paramLabel = "DATASET",
            description = "${COMPLETION-CANDIDATES}.",
            completionCandidates = DatasetNames.class)
    String name = "";

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = {
                "Folder with the files of mnist, fashion-mnist or cifar10. For text a file of lines"
                        + " label<TAB>text in UTF-8, or a folder with train.tsv and test.tsv."
            })
    @Nullable Path path;

    @Option(
            names = "--split",
            paramLabel = "KIND",
            description = {
                "classic: the official test images; without any, the second half. stratified: a"
                        + " fifth of each class. Default: classic; stratified for a file of texts."
            })
    private @Nullable Split split;

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
    }

    /**
     * Reads the data set.
     *
     * @param network the name of the network that reads it
     * @param seed of a split that draws
     */
    TrainTest load(String network, long seed) throws IOException {
        boolean text = name.equals(DatasetNames.TEXT);
        if (path != null && text) {
            return OwnTexts.load(path, network, split(), seed);
        }
        if (path == null && !INCLUDED.contains(name)) {
            throw new IllegalArgumentException(
                    name + ": expected its files, got none; name them with --data PATH");
        }
        return Datasets.load(name, path, split(), seed);
    }

    private Split split() {
        boolean file = name.equals(DatasetNames.TEXT) && path != null && !Files.isDirectory(path);
        return split != null ? split : file ? Split.STRATIFIED : Split.CLASSIC;
    }

    /** The name of the split, as in {@code classic}. */
    String splitName() {
        return split().name().toLowerCase(Locale.ROOT);
    }

    /** The kind of samples, as in {@code images}. */
    static String kind(LabelledDataset samples) {
        return samples.tokenIds() == null ? "images" : "texts";
    }
}
