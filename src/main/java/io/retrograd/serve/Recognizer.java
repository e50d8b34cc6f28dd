package io.retrograd.serve;

import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.Method;
import io.retrograd.attribution.PixelRange;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes batches of samples: class probabilities, the attribution of the likeliest class, and
 * the nearest training pictures. For one thread at a time, as its model is.
 */
final class Recognizer implements AutoCloseable {
    /** The samples of a batch: one, or up to as many as this, for which a network is bound. */
    static final int BATCH = 8;

    private static final int NEAREST = 5;

    private final Model model;
    private final Method method;
    private final Attribution attribution;
    private final Features features;
    private final @Nullable Neighbours neighbours;

    Recognizer(Model model, PixelRange range, Method method, @Nullable TrainingPictures training) {
        this.model = model;
        this.method = method;
        attribution = Attribution.of(model, range);
        features = Features.of(model);
        if (training != null && !training.shape().equals(model.sampleShape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "serve: expected training pictures %s, as the network takes, got %s",
                            model.sampleShape(), training.shape()));
        }
        neighbours = training == null ? null : Neighbours.of(training, features, BATCH);
        recognize(List.of(new double[size()]));
    }

    private int size() {
        return Math.toIntExact(model.sampleShape().size());
    }

    /**
     * Recognizes samples, at most {@link #BATCH}.
     *
     * @param samples each row-major. Not modified.
     */
    List<Recognition> recognize(List<double[]> samples) {
        int rows = samples.size() == 1 ? 1 : BATCH;
        double[] x = new double[rows * size()];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(samples.get(i), 0, x, i * size(), size());
        }
        double[] logits = model.predict(x);
        double[] seen = neighbours == null ? new double[0] : features.of(x);
        List<Recognition> all = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            double[] p = softmax(part(logits, i, rows));
            int top = top(p);
            all.add(
                    new Recognition(
                            DoubleStream.of(p).boxed().toList(),
                            top,
                            attribution.explain(method, samples.get(i), top),
                            neighbours == null
                                    ? List.of()
                                    : neighbours.nearest(part(seen, i, rows), NEAREST),
                            samples.size()));
        }
        return all;
    }

    private static double[] part(double[] all, int index, int count) {
        int size = all.length / count;
        return Arrays.copyOfRange(all, index * size, (index + 1) * size);
    }

    private static int top(double... p) {
        int top = 0;
        for (int i = 1; i < p.length; i++) {
            top = p[i] > p[top] ? i : top;
        }
        return top;
    }

    /** {@code exp(z − max z) / Σ exp(z − max z)}. */
    private static double[] softmax(double... z) {
        double largest = Arrays.stream(z).max().orElse(0);
        double[] p = Arrays.stream(z).map(v -> Math.exp(v - largest)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(v -> v / sum).toArray();
    }

    @Override
    public void close() {
        attribution.close();
    }
}
