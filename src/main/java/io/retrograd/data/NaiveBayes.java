package io.retrograd.data;

import java.util.HashMap;
import java.util.Map;

/**
 * A baseline for networks: a multinomial naive Bayes classifier of texts by their character 1-, 2-
 * and 3-grams, the ends marked.
 *
 * <pre>
 *   argmax over c of   log(count of c / all) + Σ over grams g of log((n[c,g] + α) / (n[c] + α·G))
 * </pre>
 *
 * with n[c,g] how often g occurs in class c, n[c] the sum, and G the number of different grams.
 */
public final class NaiveBayes {
    private static final double ALPHA = 0.1;
    private static final int LONGEST = 3;

    private final Map<String, double[]> counts = new HashMap<>();
    private final double[] grams;
    private final double[] texts;

    /** A classifier that has counted these texts. */
    public NaiveBayes(Texts train) {
        grams = new double[train.classes()];
        texts = new double[train.classes()];
        for (int i = 0; i < train.size(); i++) {
            int label = train.label(i);
            texts[label]++;
            String marked = marked(train.text(i));
            for (int n = 1; n <= LONGEST; n++) {
                for (int at = 0; at + n <= marked.length(); at++) {
                    String gram = marked.substring(at, at + n);
                    counts.computeIfAbsent(gram, g -> new double[grams.length])[label]++;
                    grams[label]++;
                }
            }
        }
    }

    private static String marked(String text) {
        return '\u0002' + text + '\u0003';
    }

    /** The most probable class. */
    public int predict(String text) {
        double[] score = new double[grams.length];
        for (int c = 0; c < score.length; c++) {
            score[c] = Math.log(texts[c]);
        }
        String marked = marked(text);
        double[] none = new double[grams.length];
        for (int n = 1; n <= LONGEST; n++) {
            for (int at = 0; at + n <= marked.length(); at++) {
                double[] seen = counts.getOrDefault(marked.substring(at, at + n), none);
                for (int c = 0; c < score.length; c++) {
                    double all = grams[c] + ALPHA * counts.size();
                    score[c] += Math.log((seen[c] + ALPHA) / all);
                }
            }
        }
        int best = 0;
        for (int c = 1; c < score.length; c++) {
            best = score[c] > score[best] ? c : best;
        }
        return best;
    }

    /** The share of texts whose class is predicted. */
    public double accuracy(Texts test) {
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            right += predict(test.text(i)) == test.label(i) ? 1 : 0;
        }
        return (double) right / test.size();
    }
}
