package io.retrograd.cli;

import io.retrograd.data.Datasets;
import io.retrograd.task.Tasks;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** The data sets' names, for help texts and completion. */
final class DatasetNames implements Iterable<String> {
    /** A user's own texts. */
    static final String TEXT = "text";

    /** A user's own pictures, in folders. */
    static final String FOLDER = "folder";

    /** Another word for {@link #FOLDER}. */
    private static final String IMAGES = "images";

    /** A user's own table. */
    static final String CSV = "csv";

    /** A user's own arrays. */
    static final String NPY = "npy";

    /** One name for each data set. */
    static final class Reader implements ITypeConverter<String> {
        @Override
        public String convert(String name) {
            return name.equals(IMAGES) ? FOLDER : name;
        }
    }

    @Override
    public Iterator<String> iterator() {
        return all().iterator();
    }

    List<String> all() {
        return Stream.of(
                        Datasets.names().stream(),
                        Stream.of(TEXT, FOLDER, IMAGES, CSV, NPY),
                        Tasks.names().stream())
                .flatMap(names -> names)
                .toList();
    }
}
