package io.retrograd.cli;

import io.retrograd.data.CsvTable;
import io.retrograd.data.NpyData;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tables are read. */
final class TableOptions {
    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "Column of csv's labels: its name in the first line, or its number from 0;"
                            + " counted from the end if negative. For npy the file of labels,"
                            + " where --data is a file of samples alone.")
    @Nullable String label;

    @Option(
            names = "--separator",
            paramLabel = "CHAR",
            description = "Between csv's values; tab is \\t. Default: the first line's of , ; tab.")
    @Nullable String separator;

    @Option(names = "--no-header", description = "The first line of csv holds values.")
    boolean noHeader;

    TrainTest load(String name, Path path, Split split, long seed) throws IOException {
        if (name.equals(DatasetNames.NPY)) {
            return split.of(
                    NpyData.load(path, label == null ? null : Paths.of("--label: ", label)), seed);
        }
        if (label == null) {
            throw new IllegalArgumentException(
                    "csv: expected the column of its labels, got none; name it with --label");
        }
        return CsvTable.read(path, label, separator(), !noHeader).split(split, seed);
    }

    private @Nullable Character separator() {
        if (separator == null) {
            return null;
        }
        if (separator.equals("\\t")) {
            return '\t';
        }
        if (separator.length() != 1) {
            throw Values.wrong("--separator", "one character", separator);
        }
        return separator.charAt(0);
    }
}
