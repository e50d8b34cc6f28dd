package io.retrograd.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.detection.LabelledBox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Column;
import io.retrograd.train.Dataset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The data of tasks: what is drawn, and what is to be learnt of it. */
@Tag("slow")
class TasksTest {
    static Iterable<String> names() {
        return Tasks.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSeedDrawsTheSameAndNetworksTakeIt(String name) {
        Task task = Tasks.find(name).orElseThrow();
        Dataset data = task.training(3);
        Column input = data.inputs().get("input");
        assertEquals(task.sampleShape(), input.shape());
        byte[] first = pixels(data, 0);
        assertArrayEquals(first, pixels(task.training(3), 0));
        assertFalse(Arrays.equals(first, pixels(task.training(4), 0)));
        assertFalse(Arrays.equals(first, pixels(data, 1)));
        double[] numbers = new double[first.length];
        input.copy(0, numbers, 0);
        assertEquals(Byte.toUnsignedInt(first[5]) / 255.0, numbers[5]);
        Shape output = task.network().outputShape(task.sampleShape().prepend(2));
        assertEquals(2, output.dim(0));
    }

    private static byte[] pixels(Dataset data, int index) {
        Column input = data.inputs().get("input");
        byte[] pixels = new byte[(int) input.shape().size()];
        input.pixels(index, pixels, 0);
        return pixels;
    }

    @Test
    void boxesAreAroundShapes() {
        Set<Integer> labels = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            ShapesScene scene = ShapesScene.draw(seed);
            assertTrue(scene.things().size() >= 1 && scene.things().size() <= 4);
            for (LabelledBox thing : scene.things()) {
                labels.add(thing.label());
                assertTrue(thing.box().left() >= -1e-9 && thing.box().right() <= 1 + 1e-9);
                assertTrue(thing.box().top() >= -1e-9 && thing.box().bottom() <= 1 + 1e-9);
                int x = (int) (thing.box().x() * ShapesScene.SIDE);
                int y = (int) (thing.box().y() * ShapesScene.SIDE);
                // The middle of a shape is brighter than any background.
                assertTrue(brightness(scene, x, y) > 0.6, "seed " + seed + ": " + thing);
            }
        }
        assertEquals(Set.of(0, 1, 2), labels);
    }

    private static double brightness(ShapesScene scene, int x, int y) {
        int color = scene.image().getRGB(x, y);
        return Math.max((color >> 16) & 0xFF, Math.max((color >> 8) & 0xFF, color & 0xFF)) / 255.0;
    }

    @Test
    void pixelsOfCellsAreNeitherNoneNorAll() {
        for (int seed = 0; seed < 20; seed++) {
            double share = Arrays.stream(CellsScene.draw(seed).labels()).average().orElseThrow();
            assertTrue(share > 0.05 && share < 0.8, "seed " + seed + ": " + share);
        }
    }

    @Test
    void stripsHoldWhatTheyAreLabelledWith() {
        Dataset data = new DigitStrips().training(1);
        double[] target = new double[8];
        Set<Double> lengths = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            data.targets().get("target").copy(i, target, 0);
            assertEquals(25, target[0]);
            lengths.add(target[1]);
            for (int k = 0; k < target[1]; k++) {
                assertTrue(target[2 + k] >= 1 && target[2 + k] <= 10);
            }
        }
        assertEquals(Set.of(3.0, 4.0, 5.0, 6.0), lengths);
        assertNotEquals(0, data.size());
    }
}
