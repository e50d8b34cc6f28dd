package io.retrograd.cli;

import io.retrograd.data.Datasets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The data sets' names, for help texts and completion. */
final class DatasetNames implements Iterable<String> {
    /** A user's own texts. */
    static final String TEXT = "text";

    @Override
    public Iterator<String> iterator() {
        return all().iterator();
    }

    List<String> all() {
        return Stream.concat(Datasets.names().stream(), Stream.of(TEXT)).toList();
    }
}
