package io.retrograd.report;

import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A search for the samples whose own class gets the lowest probability, of a classifier. */
final class Mistakes {
    private final LabelledDataset data;
    private final int most;

    /** The best of those kept first, so that it is the one to give up. */
    private final PriorityQueue<Found> kept =
            new PriorityQueue<>(Comparator.comparingDouble(Found::loss));

    private record Found(int index, int label, int predicted, double loss, double probability) {}

    private Mistakes(LabelledDataset data, int most) {
        this.data = data;
        this.most = most;
    }

    /**
     * Looks at all samples, in inference mode, the worst first.
     *
     * @param batch samples at a time
     * @param most the number that is kept
     * @param text the text of a sample; null if samples are none
     * @return empty also for a network whose output is not one logit a class
     */
    static List<Mistake> find(
            Model model,
            LabelledDataset data,
            int batch,
            int most,
            @Nullable IntFunction<String> text) {
        Mistakes search = new Mistakes(data, most);
        int sample = Math.toIntExact(data.sampleShape().size());
        for (int start = 0; start < data.size(); start += batch) {
            int count = Math.min(batch, data.size() - start);
            double[] x = new double[count * sample];
            for (int n = 0; n < count; n++) {
                data.sample(start + n, x, n * sample);
            }
            search.add(model.predict(x), start, count);
        }
        List<Mistake> mistakes = new ArrayList<>();
        search.kept.stream()
                .sorted(Comparator.comparingDouble(Found::loss).reversed())
                .forEach(found -> mistakes.add(search.mistake(found, text)));
        return mistakes;
    }

    private void add(double[] logits, int start, int count) {
        int classes = logits.length / count;
        for (int n = 0; n < count; n++) {
            int label = data.label(start + n);
            int first = n * classes;
            int predicted = 0;
            for (int c = 1; c < classes; c++) {
                predicted = logits[first + c] > logits[first + predicted] ? c : predicted;
            }
            if (label < 0 || label >= classes || label == predicted) {
                continue;
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[first + c] - logits[first + predicted]);
            }
            double loss = Math.log(sum) - (logits[first + label] - logits[first + predicted]);
            kept.add(new Found(start + n, label, predicted, loss, 1 / sum));
            if (kept.size() > most) {
                kept.remove();
            }
        }
    }

    private Mistake mistake(Found found, @Nullable IntFunction<String> text) {
        double[] sample = new double[Math.toIntExact(data.sampleShape().size())];
        data.sample(found.index, sample, 0);
        String name = "sample " + found.index;
        boolean numbers = data.tokenIds() == null;
        return new Mistake(
                found.index,
                found.label,
                found.predicted,
                found.probability,
                Math.exp(-found.loss),
                numbers ? SamplePicture.of(name, data.sampleShape(), sample) : null,
                text == null ? null : text.apply(found.index));
    }
}
