package io.retrograd.fuzz;

import io.retrograd.data.Datasets;
import io.retrograd.data.Split;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The files of CIFAR-10, all the same; the first byte says whether they are gzipped. */
public final class CifarFuzz {
    private CifarFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) {
            return;
        }
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        String end = (input[0] & 1) == 0 ? ".bin" : ".bin.gz";
        Map<String, byte[]> files = new TreeMap<>(Map.of("test_batch" + end, content));
        for (int i = 1; i <= 5; i++) {
            files.put("data_batch_" + i + end, content);
        }
        Path folder = MemoryFolder.of(files);
        Contract.check(
                input.length,
                () -> Datasets.load("cifar10", folder, Split.CLASSIC, /* seed= */ 1),
                IOException.class);
    }
}
