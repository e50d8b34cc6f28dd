package io.retrograd.cli;

import io.retrograd.data.Datasets;
import io.retrograd.task.Tasks;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The data sets' names, for help texts and completion. */
final class DatasetNames implements Iterable<String> {
    /** A user's own texts. */
    static final String TEXT = "text";

    /** A user's own pictures, in folders. */
    static final String FOLDER = "folder";

    /** A user's own table. */
    static final String CSV = "csv";

    /** A user's own arrays. */
    static final String NPY = "npy";

    @Override
    public Iterator<String> iterator() {
        return all().iterator();
    }

    List<String> all() {
        return Stream.of(
                        Datasets.names().stream(),
                        Stream.of(TEXT, FOLDER, CSV, NPY),
                        Tasks.names().stream())
                .flatMap(names -> names)
                .toList();
    }
}
