package io.retrograd.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.loss.CustomLoss;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grid of a single-stage detector and its loss, on cases computed by hand. */
class YoloTest {
    /** One cell, two boxes, one class: x, y, √w, √h, confidence of both, then the class. */
    private static final YoloGrid ONE = new YoloGrid(1, 2, 1);

    private static final Shape SHAPE = Shape.of(1, 11, 1, 1);

    /** A thing in the middle, a quarter as wide and high as the picture. */
    private static final double[] TARGET = {1, 0.5, 0.5, 0.25, 0.25, 1};

    private static final double[] OUTPUT = {
        0.75, 0.5, 0.5, 0.5, 0.25, /* responsible: */ 0.5, 0.25, 0.75, 0.5, 0.75, /* p: */ 0.5
    };

    @Test
    void lossAndGradientAreThoseByHand() {
        YoloLoss loss = new YoloLoss(ONE);
        // The first box is (0.625, 0.375)-(0.875, 0.625), which touches the thing: overlap 0. The
        // second is 0.5625 by 0.25 around (0.5, 0.25): across 0.25, down 0. Neither overlaps, and
        // the distances are 0.25 and √(0.25² + 0.3125²): the first is responsible.
        double[] dy = new double[11];
        loss.gradient(SHAPE, OUTPUT, TARGET, dy);
        double first = 5 * (0.25 * 0.25) + 0.75 * 0.75 + 0.5 * 0.75 * 0.75 + 0.5 * 0.5;
        assertEquals(first, loss.loss(SHAPE, OUTPUT, TARGET));
        assertArrayEquals(new double[] {2.5, 0, 0, 0, -1.5, 0, 0, 0, 0, 0.75, -1}, dy);

        // Moved down, the second overlaps: across 0.25, down 0.125.
        double[] moved = OUTPUT.clone();
        moved[6] = 0.375;
        loss.gradient(SHAPE, moved, TARGET, dy);
        double second =
                0.5 * 0.25 * 0.25 + 5 * (0.125 * 0.125 + 0.25 * 0.25) + 0.25 * 0.25 + 0.5 * 0.5;
        assertEquals(second, loss.loss(SHAPE, moved, TARGET));
        assertArrayEquals(new double[] {0, 0, 0, 0, 0.25, 0, -1.25, 2.5, 0, -0.5, -1}, dy);
    }

    @Test
    void anEmptyCellWantsNoConfidence() {
        double[] dy = new double[11];
        double[] empty = new double[6];
        YoloLoss loss = new YoloLoss(ONE, 5, 0.25);
        loss.gradient(SHAPE, OUTPUT, empty, dy);
        assertEquals(0.25 * (0.25 * 0.25 + 0.75 * 0.75), loss.loss(SHAPE, OUTPUT, empty));
        assertArrayEquals(new double[] {0, 0, 0, 0, 0.125, 0, 0, 0, 0, 0.375, 0}, dy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", "cuda-standin"})
    void gradientsAreThoseOfDifferences(String device) {
        YoloLoss loss = new YoloLoss(new YoloGrid(3, 2, 4));
        try (Backend backend = Backends.open(device)) {
            GradientReport report =
                    GradientCheck.of(new CustomLoss(loss), Shape.of(2, 14, 3, 3)).on(backend).run();
            assertTrue(report.passed(), report::table);
        }
    }

    @Test
    void whatIsWrittenIsRead() {
        YoloGrid grid = new YoloGrid(4, 1, 2);
        List<LabelledBox> things =
                List.of(
                        new LabelledBox(1, new Box(0.3125, 0.875, 0.25, 0.0625)),
                        new LabelledBox(0, new Box(0.75, 0.125, 0.25, 0.25)));
        double[] target = grid.target(things);
        double[] output = new double[grid.channels() * 16];
        // A perfect network: x, y, √w, √h, confidence, classes.
        System.arraycopy(target, 16, output, 0, 32);
        for (int i = 32; i < 64; i++) {
            output[i] = Math.sqrt(target[16 + i]);
        }
        System.arraycopy(target, 0, output, 64, 16);
        System.arraycopy(target, 80, output, 80, 32);
        assertEquals(0, new YoloLoss(grid).loss(Shape.of(1, 7, 4, 4), output, target));
        List<Detection> found = grid.detections(output, 0.5, 0.5);
        assertEquals(
                List.of(
                        new Detection(0, 1, things.get(1).box()),
                        new Detection(1, 1, things.get(0).box())),
                found);
    }

    @Test
    void ofOverlappingBoxesOfAClassTheSurestStays() {
        Box box = new Box(0.5, 0.5, 0.5, 0.5);
        Box near = new Box(0.5625, 0.5, 0.5, 0.5); // 7/9 of the union
        Detection weak = new Detection(0, 0.25, box);
        Detection sure = new Detection(0, 0.75, near);
        Detection other = new Detection(1, 0.5, box);
        assertEquals(List.of(sure, other), Detection.suppress(List.of(weak, other, sure), 0.75));
        assertEquals(
                List.of(sure, other, weak), Detection.suppress(List.of(weak, other, sure), 0.8));
        assertEquals(List.of(), Detection.suppress(List.of(), 0.5));
    }

    @Test
    void saysWhatDoesNotFit() {
        YoloLoss loss = new YoloLoss(ONE);
        assertThrows(IllegalArgumentException.class, () -> loss.targetShape(Shape.of(1, 10, 1, 1)));
        Box outside = new Box(1, 0.5, 0.1, 0.1);
        assertThrows(
                IllegalArgumentException.class,
                () -> ONE.target(List.of(new LabelledBox(0, outside))));
        assertThrows(
                IllegalArgumentException.class,
                () -> ONE.target(List.of(new LabelledBox(1, new Box(0, 0, 1, 1)))));
        assertThrows(
                IllegalArgumentException.class, () -> ONE.detections(new double[10], 0.5, 0.5));
        assertTrue(Arrays.stream(ONE.target(List.of())).allMatch(t -> t == 0));
    }
}
