package io.retrograd.data;

import io.retrograd.tensor.Philox;
import io.retrograd.train.LabelledDataset;
import java.util.BitSet;
import java.util.stream.IntStream;

/** A split of samples into those to train on and those to test on. */
public enum Split {
    /**
     * The split that published results use: the official test set of a data set that has one; else
     * the first ⌊n/2⌋ samples to train on and the rest to test on.
     */
    CLASSIC,
    /** A fifth of each class, drawn by the seed, to test on. */
    STRATIFIED,
    /**
     * About a fifth, by a hash of each sample's name and the seed, to test on: a sample stays where
     * it is when others are added.
     */
    HASH;

    static final double TEST_SHARE = 0.2;

    /** Splits data that has no official test set. */
    public TrainTest of(LabelledDataset all, long seed) {
        if (this == HASH) {
            return byHash(all, seed);
        }
        int[] labels = IntStream.range(0, all.size()).map(all::label).toArray();
        return parts(all, test(labels, all.classes(), seed));
    }

    private static TrainTest byHash(LabelledDataset all, long seed) {
        BitSet test = new BitSet(all.size());
        for (int i = 0; i < all.size(); i++) {
            String name = all.sampleName(i);
            if (name == null) {
                throw new IllegalArgumentException(
                        "Split: expected samples with names, as files have, to split by hash, got"
                                + " others; split them stratified");
            }
            test.set(i, NameHash.fraction(name, seed) < TEST_SHARE);
        }
        if (test.isEmpty() || test.cardinality() == all.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "Split: expected samples to train and to test on, got %d of %d to test"
                                    + " on; split them stratified",
                            test.cardinality(), all.size()));
        }
        return parts(all, test);
    }

    private static TrainTest parts(LabelledDataset all, BitSet test) {
        IntStream train = IntStream.range(0, all.size()).filter(i -> !test.get(i));
        return new TrainTest(
                new Subset(all, train.toArray()), new Subset(all, test.stream().toArray()));
    }

    /** The places of those samples to test on. */
    BitSet test(int[] labels, int classes, long seed) {
        if (this == HASH) {
            throw new IllegalArgumentException(
                    "Split: expected samples with names to split by hash, got others; split them"
                            + " stratified");
        }
        return this == CLASSIC ? secondHalf(labels.length) : fifth(labels, classes, seed);
    }

    private static BitSet secondHalf(int size) {
        BitSet test = new BitSet(size);
        test.set(size / 2, size);
        return test;
    }

    private static BitSet fifth(int[] labels, int classes, long seed) {
        BitSet test = new BitSet(labels.length);
        for (int label = 0; label < classes; label++) {
            int wanted = label;
            int[] members =
                    IntStream.range(0, labels.length).filter(i -> labels[i] == wanted).toArray();
            Philox.shuffle(members, seed, label);
            int count = (int) Math.round(TEST_SHARE * members.length);
            for (int i = 0; i < count; i++) {
                test.set(members[i]);
            }
        }
        return test;
    }
}
