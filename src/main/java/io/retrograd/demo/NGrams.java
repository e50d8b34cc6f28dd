package io.retrograd.demo;

import io.retrograd.layer.Embedding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Bags of n-grams: of a sequence of tokens what runs of one, two and three neighbours it has, the
 * ends marked, in an order that tells nothing of where they were.
 *
 * <pre>
 *   softmax regression on shares:    z[c] = Σ over n-grams g of w[g,c]·(how often g is there / all)
 * </pre>
 */
final class NGrams {
    private static final int LONGEST = 3;
    private static final int PADDING = 0;
    private static final int UNKNOWN = 1;

    /** Marks an end: no token. */
    private static final int END = -1;

    private final Map<List<Integer>, Integer> numbers = new HashMap<>();

    /** The n-grams that stand more than once in sequences. */
    NGrams(double[]... sequences) {
        Map<List<Integer>, Integer> counts = new HashMap<>();
        for (double[] sequence : sequences) {
            runs(sequence).forEach(run -> counts.merge(run, 1, Integer::sum));
        }
        counts.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted(NGrams::compare)
                .forEach(run -> numbers.put(run, UNKNOWN + 1 + numbers.size()));
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!a.get(i).equals(b.get(i))) {
                return Integer.compare(a.get(i), b.get(i));
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static List<List<Integer>> runs(double[] sequence) {
        List<Integer> tokens = new ArrayList<>(List.of(END));
        Arrays.stream(sequence).filter(t -> t != PADDING).forEach(t -> tokens.add((int) t));
        tokens.add(END);
        List<List<Integer>> runs = new ArrayList<>();
        for (int n = 1; n <= LONGEST; n++) {
            for (int at = 0; at + n <= tokens.size(); at++) {
                runs.add(List.copyOf(tokens.subList(at, at + n)));
            }
        }
        return runs;
    }

    /** The number of n-grams, padding and all unknown ones included. */
    int size() {
        return UNKNOWN + 1 + numbers.size();
    }

    /** How many numbers the bag of a sequence of so many tokens has at most. */
    static int length(int tokens) {
        return IntStream.rangeClosed(1, LONGEST).map(n -> tokens + 3 - n).sum();
    }

    /** The n-grams of a sequence by falling number, and padding behind them. */
    double[] bag(double... sequence) {
        double[] bag = new double[length(sequence.length)];
        int[] sorted =
                runs(sequence).stream()
                        .mapToInt(run -> -numbers.getOrDefault(run, UNKNOWN))
                        .sorted()
                        .toArray();
        Arrays.setAll(bag, i -> i < sorted.length ? -sorted[i] : PADDING);
        return bag;
    }

    /** Softmax regression: a vector of logits for each n-gram, and their mean. */
    static Layer regression(int size, int classes) {
        return new Padded(
                PADDING, new Sequential(new Embedding(size, classes, PADDING), new MeanOverTime()));
    }
}
