package io.retrograd.detection;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a single-stage detector gives for a picture: a grid of S by S cells, of which each predicts
 * B boxes and the class of the thing whose center lies in it.
 *
 * <pre>
 *   output  (N, 5·B + C, S, S)   for each box x, y, √w, √h, confidence; then the classes
 *   target  (N, 5 + C, S, S)     1 where a center lies in the cell, x, y, w, h; then the classes
 *
 *   x, y   the center within its cell, from 0 to 1
 *   w, h   of the box, in fractions of the picture
 * </pre>
 *
 * <p>Outputs are any numbers: the square of √w is the width, so that none is below 0. The score of
 * a box is its confidence times the largest class's value, and its class that one.
 *
 * <p>Source: J. Redmon, S. Divvala, R. Girshick, A. Farhadi, You Only Look Once: Unified, Real-Time
 * Object Detection, CVPR 2016, section 2.
 *
 * @param side S
 * @param boxes B
 * @param classes C
 */
public record YoloGrid(int side, int boxes, int classes) {
    /** Numbers of a box: x, y, √w, √h, confidence. */
    static final int OF_BOX = 5;

    public YoloGrid {
        Checks.atLeast("YoloGrid", "side", 1, side);
        Checks.atLeast("YoloGrid", "boxes", 1, boxes);
        Checks.atLeast("YoloGrid", "classes", 1, classes);
    }

    /** The channels of the outputs. */
    public int channels() {
        return OF_BOX * boxes + classes;
    }

    /** The shape of a picture's target. */
    public Shape targetShape() {
        return Shape.of(OF_BOX + classes, side, side);
    }

    int cells() {
        return side * side;
    }

    /**
     * The target of a picture: of two things with their centers in one cell the later one, as a
     * cell has one class.
     *
     * @throws IllegalArgumentException for a class that is none, or a center outside the picture
     */
    public double[] target(List<LabelledBox> things) {
        double[] target = new double[(OF_BOX + classes) * cells()];
        for (LabelledBox thing : things) {
            Box box = thing.box();
            boolean inside = box.x() >= 0 && box.x() < 1 && box.y() >= 0 && box.y() < 1;
            if (!inside || thing.label() < 0 || thing.label() >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                "YoloGrid: expected a class from 0 to %d and a center within the"
                                        + " picture, got %s",
                                classes - 1, thing));
            }
            int column = (int) (box.x() * side);
            int row = (int) (box.y() * side);
            int cell = row * side + column;
            target[cell] = 1;
            target[cells() + cell] = box.x() * side - column;
            target[2 * cells() + cell] = box.y() * side - row;
            target[3 * cells() + cell] = box.width();
            target[4 * cells() + cell] = box.height();
            for (int c = 0; c < classes; c++) {
                target[(OF_BOX + c) * cells() + cell] = c == thing.label() ? 1 : 0;
            }
        }
        return target;
    }

    /** The box that numbers within a cell stand for. */
    Box box(int cell, double x, double y, double width, double height) {
        int row = cell / side;
        return new Box((cell % side + x) / side, (row + y) / side, width, height);
    }

    /**
     * Reads what the network gives for a picture.
     *
     * @param outputs of one picture. Not modified.
     * @param least the score from which on a box counts
     * @param overlap as {@link Detection#suppress} takes it
     * @return the detections, the surest first
     */
    public List<Detection> detections(double[] outputs, double least, double overlap) {
        if (outputs.length != channels() * cells()) {
            throw new IllegalArgumentException(
                    String.format(
                            "YoloGrid: expected %d outputs of a picture, got %d",
                            channels() * cells(), outputs.length));
        }
        List<Detection> found = new ArrayList<>();
        for (int cell = 0; cell < cells(); cell++) {
            int label = label(outputs, cell);
            double ofClass = outputs[(OF_BOX * boxes + label) * cells() + cell];
            for (int b = 0; b < boxes; b++) {
                double score = outputs[(OF_BOX * b + 4) * cells() + cell] * ofClass;
                if (score >= least) {
                    found.add(new Detection(label, score, box(outputs, 0, b, cell)));
                }
            }
        }
        return Detection.suppress(found, overlap);
    }

    private int label(double[] outputs, int cell) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (outputs[(OF_BOX * boxes + c) * cells() + cell]
                    > outputs[(OF_BOX * boxes + best) * cells() + cell]) {
                best = c;
            }
        }
        return best;
    }

    /** The box that a cell predicts, of outputs that begin at {@code first}. */
    Box box(double[] outputs, int first, int b, int cell) {
        int at = first + OF_BOX * b * cells() + cell;
        double w = outputs[at + 2 * cells()];
        double h = outputs[at + 3 * cells()];
        return box(cell, outputs[at], outputs[at + cells()], w * w, h * h);
    }
}
