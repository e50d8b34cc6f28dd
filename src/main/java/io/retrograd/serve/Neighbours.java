package io.retrograd.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training pictures whose features are most like a picture's, by the cosine of the angle
 * between them.
 *
 * @param features of each, scaled to length 1
 */
record Neighbours(List<float[]> features) {
    /**
     * A training picture.
     *
     * @param similarity the cosine, 1 for the same direction
     */
    record Neighbour(int number, double similarity) {}

    /** Computes the features of all. */
    static Neighbours of(TrainingPictures pictures, Features features, int batch) {
        int size = Math.toIntExact(pictures.shape().size());
        List<float[]> all = new ArrayList<>();
        double[] x = new double[batch * size];
        for (int first = 0; first < pictures.count(); first += batch) {
            int count = Math.min(batch, pictures.count() - first);
            for (int i = 0; i < count; i++) {
                pictures.sample(first + i, x, i * size);
            }
            double[] y = features.of(x);
            for (int i = 0; i < count; i++) {
                int width = y.length / batch;
                all.add(scaled(Arrays.copyOfRange(y, i * width, (i + 1) * width)));
            }
        }
        return new Neighbours(all);
    }

    private static float[] scaled(double... values) {
        double norm = Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (norm > 0 ? values[i] / norm : 0);
        }
        return scaled;
    }

    /** The nearest ones, the most alike first. */
    List<Neighbour> nearest(double[] picture, int count) {
        float[] wanted = scaled(picture);
        return IntStream.range(0, features.size())
                .mapToObj(i -> new Neighbour(i, dot(features.get(i), wanted)))
                .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
                .limit(count)
                .toList();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
