package io.retrograd.demo;

import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.Sheet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What is taken for what.
 *
 * @param counts by class, then by what it is taken for
 */
record Confusion(List<String> names, List<List<String>> families, List<int[]> counts) {
    private static final int SIZE = 620;

    /** Words on the deepest shade are to be read. */
    private static final double PALER = 0.75;

    /** The colour of words. */
    private static final int WORDS = -1;

    static Confusion of(
            int[] labels, int[] guesses, List<String> names, List<List<String>> families) {
        int[][] counts = new int[names.size()][names.size()];
        for (int n = 0; n < labels.length; n++) {
            counts[labels[n]][guesses[n]]++;
        }
        return new Confusion(names, families, List.of(counts));
    }

    private boolean related(int a, int b) {
        return families.stream()
                .anyMatch(all -> all.contains(names.get(a)) && all.contains(names.get(b)));
    }

    /** The share of errors that stay within a family; 0 where there is no error. */
    double related() {
        int errors = 0;
        int within = 0;
        for (int a = 0; a < names.size(); a++) {
            for (int b = 0; b < names.size(); b++) {
                errors += a == b ? 0 : counts.get(a)[b];
                within += a != b && related(a, b) ? counts.get(a)[b] : 0;
            }
        }
        return errors == 0 ? 0 : within / (double) errors;
    }

    /** That share where each error takes any other class alike, as often in each class. */
    double chance() {
        double sum = 0;
        double all = 0;
        for (int a = 0; a < names.size(); a++) {
            int row = a;
            int errors = Arrays.stream(counts.get(a)).sum() - counts.get(a)[a];
            long near =
                    IntStream.range(0, names.size())
                            .filter(b -> b != row && related(row, b))
                            .count();
            sum += errors * near / (names.size() - 1.0);
            all += errors;
        }
        return all == 0 ? 0 : sum / all;
    }

    Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("classes", names);
        numbers.put("counts", counts);
        numbers.put("errors_within_families", related());
        numbers.put("by_chance", chance());
        return numbers;
    }

    /** A row for each class, a column for what it is taken for, in the shade of its share. */
    Sheet sheet() {
        int size = names.size();
        double[][] shares = new double[size + 1][size + 1];
        for (int a = 0; a < size; a++) {
            double all = Math.max(1, Arrays.stream(counts.get(a)).sum());
            for (int b = 0; b < size; b++) {
                shares[size - 1 - a][b + 1] = PALER * Math.sqrt(counts.get(a)[b] / all);
            }
        }
        Grid grid = new Grid(0, size + 1, 0, size + 1, shares);
        FieldPanel panel =
                new FieldPanel("Languages of names, a row each, and what they are taken for", grid)
                        .shade(grid, FieldPanel.Shade.RISING);
        for (int a = 0; a < size; a++) {
            double y = size - a - 0.5;
            word(panel, names.get(a), 0.5, y);
            word(panel, names.get(a), a + 1.5, size + 0.5);
            for (int b = 0; b < size; b++) {
                if (counts.get(a)[b] > 0) {
                    word(panel, Integer.toString(counts.get(a)[b]), b + 1.5, y);
                }
            }
        }
        return new Sheet(1, SIZE, SIZE).add(panel);
    }

    private static void word(FieldPanel panel, String word, double x, double y) {
        panel.words(WORDS, word, new double[] {x}, new double[] {y});
    }
}
