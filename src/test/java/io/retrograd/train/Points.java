package io.retrograd.train;

import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;

/** Random points of the plane, of 3 classes that do not depend on their places. */
final class Points {
    private Points() {}

    static LabelledDataset of(int count) {
        double[][] points = new double[count][2];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            points[i][0] = 2 * Philox.normal(3, 0, i);
            points[i][1] = 2 * Philox.normal(3, 1, i);
            labels[i] = i % 3;
        }
        return ArrayDataset.of(points, labels, Shape.of(2));
    }
}
