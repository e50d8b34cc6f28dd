package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;

class ArrayDatasetTest {
    private static final Shape PAIR = Shape.of(2);

    @Test
    void keepsCopiesOfTheSamples() {
        double[][] samples = {{1, 2}, {3, 4}, {5, 6}};
        int[] labels = {0, 4, 1};
        LabelledDataset dataset = ArrayDataset.of(samples, labels, PAIR);
        samples[1][0] = 99;
        labels[1] = 0;
        double[] into = new double[5];
        dataset.sample(1, into, 2);
        assertArrayEquals(new double[] {0, 0, 3, 4, 0}, into);
        assertEquals(4, dataset.label(1));
        assertEquals(5, dataset.classes());
        assertEquals(3, dataset.size());
        assertEquals(PAIR, dataset.sampleShape());
    }

    @Test
    void takesFloats() {
        LabelledDataset dataset = ArrayDataset.of(new float[][] {{0.5f, -2}}, new int[] {1}, PAIR);
        double[] into = new double[2];
        dataset.sample(0, into, 0);
        assertArrayEquals(new double[] {0.5, -2}, into);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused("at least 1, got 0 and 0", new double[0][], new int[0]);
        refused("got 1 and 2", new double[][] {{1, 2}}, new int[] {0, 1});
        refused("sample 1: expected 2 values", new double[][] {{1, 2}, {1}}, new int[] {0, 1});
        refused("sample 0: expected a label", new double[][] {{1, 2}}, new int[] {-1});
        refused("got NaN at element 1", new double[][] {{1, Double.NaN}}, new int[] {0});
        refused(
                "got -Infinity at element 0",
                new double[][] {{Double.NEGATIVE_INFINITY, 1}},
                new int[] {0});
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ArrayDataset.of(new double[][] {{1, 2}}, new int[] {3}, PAIR, 3));
        assertEquals("ArrayDataset: sample 0: expected a label from 0 to 2, got 3", e.getMessage());
    }

    private static void refused(String message, double[][] samples, int[] labels) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ArrayDataset.of(samples, labels, PAIR));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
