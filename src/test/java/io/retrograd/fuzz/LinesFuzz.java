package io.retrograd.fuzz;

import io.retrograd.data.Split;
import io.retrograd.data.TextFiles;
import io.retrograd.data.TrainTest;
import io.retrograd.data.Vocabulary;
import io.retrograd.file.MemoryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Labelled lines; the first byte says whether they are one file or two, words or characters. What
 * is read is encoded.
 */
public final class LinesFuzz {
    private LinesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) {
            return;
        }
        byte[] lines = Arrays.copyOfRange(input, 1, input.length);
        boolean two = (input[0] & 1) == 1;
        Path folder = MemoryFolder.of(Map.of("train.tsv", lines, "test.tsv", lines));
        Path path = two ? folder : folder.resolve("train.tsv");
        Vocabulary.Unit unit =
                (input[0] & 2) == 0 ? Vocabulary.Unit.WORDS : Vocabulary.Unit.CHARACTERS;
        Split split = two || (input[0] & 4) == 0 ? Split.CLASSIC : Split.STRATIFIED;
        Contract.check(
                input.length,
                () -> {
                    TrainTest read =
                            TextFiles.load(path, unit, /* shortest= */ 1, split, /* seed= */ 1);
                    double[] sample = new double[(int) read.train().sampleShape().size()];
                    for (int i = 0; i < read.train().size(); i++) {
                        read.train().sample(i, sample, 0);
                        for (double token : sample) {
                            if (token < 0 || token >= read.train().tokenIds().count()) {
                                throw new AssertionError("no token: " + token);
                            }
                        }
                    }
                },
                IOException.class);
    }
}
