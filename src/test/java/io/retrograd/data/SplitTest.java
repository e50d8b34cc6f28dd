package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Splits samples whose only pixel is their index. */
class SplitTest {
    /** The sizes of {@code train_test_split(test_size=0.5, shuffle=False)} in scikit-learn. */
    @Test
    void classicHalvesInOrder() {
        TrainTest halves = Split.CLASSIC.of(indexed(1797, 10), 7);
        assertArrayEquals(IntStream.range(0, 898).toArray(), indices(halves.train()));
        assertArrayEquals(IntStream.range(898, 1797).toArray(), indices(halves.test()));
    }

    @Test
    void stratifiedTakesAFifthOfEachClass() {
        LabelledDataset all = indexed(207, 3);
        TrainTest parts = Split.STRATIFIED.of(all, 7);
        int[] both =
                IntStream.concat(
                                Arrays.stream(indices(parts.train())),
                                Arrays.stream(indices(parts.test())))
                        .sorted()
                        .toArray();
        assertArrayEquals(IntStream.range(0, 207).toArray(), both);
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            LabelledDataset test = parts.test();
            long count =
                    IntStream.range(0, test.size()).filter(i -> test.label(i) == wanted).count();
            assertEquals(14, count, "of 69 samples of class " + label);
        }
    }

    @Test
    void stratifiedFollowsTheSeed() {
        LabelledDataset all = indexed(207, 3);
        int[] test = indices(Split.STRATIFIED.of(all, 7).test());
        assertArrayEquals(test, indices(Split.STRATIFIED.of(all, 7).test()));
        assertFalse(Arrays.equals(test, indices(Split.STRATIFIED.of(all, 8).test())));
    }

    private static int[] indices(LabelledDataset data) {
        double[] index = new double[1];
        return IntStream.range(0, data.size())
                .map(
                        i -> {
                            data.sample(i, index, 0);
                            assertEquals((int) index[0] % data.classes(), data.label(i));
                            return (int) index[0];
                        })
                .toArray();
    }

    private static LabelledDataset indexed(int size, int classes) {
        return new LabelledDataset() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Shape sampleShape() {
                return Shape.of(1, 1, 1);
            }

            @Override
            public int classes() {
                return classes;
            }

            @Override
            public void sample(int index, double[] into, int offset) {
                into[offset] = index;
            }

            @Override
            public int label(int index) {
                return index % classes;
            }
        };
    }
}
