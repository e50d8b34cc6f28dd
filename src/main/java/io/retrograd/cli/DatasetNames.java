package io.retrograd.cli;

import io.retrograd.data.Datasets;
import java.util.Iterator;

/** The data sets' names, for help texts and completion. */
final class DatasetNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Datasets.names().iterator();
    }
}
