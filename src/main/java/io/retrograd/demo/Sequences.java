package io.retrograd.demo;

import io.retrograd.data.LanguageId;
import io.retrograd.data.TrainTest;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Labelled sequences of tokens, all of one length, with padding behind short ones.
 *
 * @param vocabulary tokens are below this
 */
@SuppressWarnings("ArrayRecordComponent")
record Sequences(List<double[]> rows, int[] labels, List<String> names, int vocabulary) {
    private static final long STREAM = 0x4C41_4E47L;
    private static final int FILLERS = 8;
    private static final int FIRST_FILLER = 3;

    private static Sequences of(double[][] rows, int[] labels, List<String> names, int vocabulary) {
        return new Sequences(List.of(rows), labels, names, vocabulary);
    }

    /** Those to train on, and those to test on. */
    record Parts(Sequences train, Sequences test) {}

    /**
     * Which of two marks comes first? Samples 2i and 2i + 1 are alike but for the marks:
     *
     * <pre>
     *   0: f A f B f        1: f B f A f        f: 4 tokens, drawn for each pair
     * </pre>
     *
     * The two have the same runs of up to five tokens, with marked ends, each as often: whatever
     * knows no more of them takes both for the same class, and is right in one of two.
     */
    static Sequences order(int pairs, long seed) {
        int filler = 4;
        SplittableRandom random = new SplittableRandom(seed);
        double[][] rows = new double[2 * pairs][3 * filler + 2];
        for (int i = 0; i < rows.length; i += 2) {
            double[] f = new double[filler];
            Arrays.setAll(f, t -> FIRST_FILLER + random.nextInt(FILLERS));
            for (int label = 0; label < 2; label++) {
                for (int part = 0; part < 3; part++) {
                    int at = part * (filler + 1);
                    System.arraycopy(f, 0, rows[i + label], at, filler);
                    if (part < 2) {
                        rows[i + label][at + filler] = 1 + (part ^ label);
                    }
                }
            }
        }
        int[] labels = IntStream.range(0, rows.length).map(i -> i % 2).toArray();
        return of(rows, labels, List.of("A first", "B first"), FIRST_FILLER + FILLERS);
    }

    /** Names of things in some languages, the first characters of each. */
    static Parts languages(List<String> languages, int length, int trained, int tested, long seed) {
        TrainTest all = LanguageId.load();
        return new Parts(
                names(all.train(), languages, length, trained, seed),
                names(all.test(), languages, length, tested, seed));
    }

    private static Sequences names(
            LabelledDataset data, List<String> languages, int length, int most, long seed) {
        int[] order = IntStream.range(0, data.size()).toArray();
        Philox.shuffle(order, seed, STREAM);
        int[] which =
                IntStream.of(order)
                        .filter(i -> languages.contains(language(data.label(i))))
                        .limit(most)
                        .toArray();
        double[][] rows = new double[which.length][];
        double[] whole = new double[Math.toIntExact(data.sampleShape().size())];
        for (int i = 0; i < which.length; i++) {
            data.sample(which[i], whole, 0);
            rows[i] = Arrays.copyOf(whole, length);
        }
        int[] labels =
                IntStream.of(which).map(i -> languages.indexOf(language(data.label(i)))).toArray();
        return of(rows, labels, languages, Objects.requireNonNull(data.tokenIds()).count());
    }

    private static String language(int label) {
        return LanguageId.LANGUAGES.get(label);
    }

    /** The same as bags of n-grams. */
    Sequences bags(NGrams grams) {
        double[][] bags = rows.stream().map(grams::bag).toArray(double[][]::new);
        return of(bags, labels, names, grams.size());
    }

    double[][] array() {
        return rows.toArray(double[][]::new);
    }

    Shape shape() {
        return Shape.of(rows.get(0).length);
    }

    LabelledDataset dataset() {
        return ArrayDataset.of(array(), labels, shape(), names.size());
    }
}
