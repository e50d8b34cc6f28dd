package io.retrograd.fuzz;

import io.retrograd.data.Datasets;
import io.retrograd.data.Split;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of MNIST. The first byte says which of them are gzipped, the second where the images
 * end and the labels begin, in 256ths; the test set is the training set's.
 */
public final class IdxFuzz {
    private IdxFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int middle = 2 + (input.length - 2) * (input[1] & 0xFF) / 256;
        byte[] images = Arrays.copyOfRange(input, 2, middle);
        byte[] labels = Arrays.copyOfRange(input, middle, input.length);
        Map<String, byte[]> files = new TreeMap<>();
        for (String part : new String[] {"train", "t10k"}) {
            files.put(part + "-images-idx3-ubyte" + ((input[0] & 1) == 0 ? "" : ".gz"), images);
            files.put(part + "-labels-idx1-ubyte" + ((input[0] & 2) == 0 ? "" : ".gz"), labels);
        }
        Path folder = MemoryFolder.of(files);
        Contract.check(
                input.length,
                () -> Datasets.load("mnist", folder, Split.CLASSIC, /* seed= */ 1),
                IOException.class);
    }
}
