package io.retrograd.detection;

import io.retrograd.loss.CustomLoss;
import io.retrograd.operation.KinkLedger;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.Arrays;

/**
 * The loss of a single-stage detector, for outputs and targets on a {@link YoloGrid}. Of each cell
 * with a thing, the box that overlaps it most is responsible for it; where none overlaps it, the
 * one whose numbers are nearest.
 *
 * <pre>
 *   L = 1/N Σ over cells with a thing, and their responsible box:
 *               λcoord·((x − tx)² + (y − ty)² + (√w − √tw)² + (√h − √th)²) + (confidence − 1)²
 *               + Σ over classes (p − tp)²
 *         + 1/N Σ over all other boxes: λnoobj·confidence²
 * </pre>
 *
 * <p>The confidence is to be 1 where the paper takes the overlap itself, whose own gradient it then
 * leaves out: here the gradient is that of the loss. Which box is responsible is a choice, constant
 * almost everywhere.
 *
 * <p>Source: Redmon et al., You Only Look Once, CVPR 2016, equation 3.
 *
 * @param coord λcoord
 * @param noObject λnoobj
 */
public record YoloLoss(YoloGrid grid, double coord, double noObject)
        implements CustomLoss.Function {
    /** From which a target's first number says that there is a thing. */
    private static final double THING = 0.5;

    public YoloLoss {
        Checks.notNegative("YoloLoss", "coord", coord);
        Checks.notNegative("YoloLoss", "noObject", noObject);
    }

    /** With the paper's weights: 5 and 0.5. */
    public YoloLoss(YoloGrid grid) {
        this(grid, 5, 0.5);
    }

    @Override
    public String name() {
        return "YoloLoss";
    }

    @Override
    public Shape targetShape(Shape output) {
        Shape expected = Shape.of(grid.channels(), grid.side(), grid.side());
        if (output.rank() != 4 || !output.tail(1).equals(expected)) {
            throw new IllegalArgumentException(
                    String.format(
                            "YoloLoss: expected outputs (N, %d, %d, %d), got %s",
                            grid.channels(), grid.side(), grid.side(), output));
        }
        return grid.targetShape().prepend(output.dim(0));
    }

    @Override
    public double loss(Shape shape, double[] y, double[] target) {
        return run(shape, y, target, new double[y.length]);
    }

    @Override
    public void gradient(Shape shape, double[] y, double[] target, double[] dy) {
        Arrays.fill(dy, 0);
        run(shape, y, target, dy);
    }

    /**
     * Computes the loss and its gradient.
     *
     * @param dy holds 0. Modified.
     */
    private double run(Shape shape, double[] y, double[] target, double[] dy) {
        int samples = shape.dim(0);
        int cells = grid.cells();
        double sum = 0;
        for (int n = 0; n < samples; n++) {
            int out = n * grid.channels() * cells;
            int in = n * (YoloGrid.OF_BOX + grid.classes()) * cells;
            for (int cell = 0; cell < cells; cell++) {
                int responsible = responsible(y, out, target, in, cell);
                for (int b = 0; b < grid.boxes(); b++) {
                    int at = out + YoloGrid.OF_BOX * b * cells + cell;
                    int confidence = at + 4 * cells;
                    if (b != responsible) {
                        sum += square(noObject, y[confidence], samples, confidence, dy);
                        continue;
                    }
                    sum += square(1, y[confidence] - 1, samples, confidence, dy);
                    for (int k = 0; k < 4; k++) {
                        double t = target[in + (1 + k) * cells + cell];
                        double error = y[at + k * cells] - (k < 2 ? t : Math.sqrt(t));
                        sum += square(coord, error, samples, at + k * cells, dy);
                    }
                }
                for (int c = 0; c < grid.classes() && responsible >= 0; c++) {
                    int at = out + (YoloGrid.OF_BOX * grid.boxes() + c) * cells + cell;
                    double t = target[in + (YoloGrid.OF_BOX + c) * cells + cell];
                    sum += square(1, y[at] - t, samples, at, dy);
                }
            }
        }
        return sum / samples;
    }

    /** A term {@code weight·error²}; its gradient goes to {@code dy[at]}. */
    private static double square(double weight, double error, int samples, int at, double[] dy) {
        dy[at] = 2 * weight * error / samples;
        return weight * error * error;
    }

    /** The number of the box that is responsible for a cell's thing; −1 where there is none. */
    private int responsible(double[] y, int out, double[] target, int in, int cell) {
        int cells = grid.cells();
        if (target[in + cell] < THING) {
            return -1;
        }
        Box thing =
                grid.box(
                        cell,
                        target[in + cells + cell],
                        target[in + 2 * cells + cell],
                        target[in + 3 * cells + cell],
                        target[in + 4 * cells + cell]);
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int b = 0; b < grid.boxes(); b++) {
            Box box = grid.box(y, out, b, cell);
            double overlap = box.iou(thing);
            double near = overlap > 0 ? overlap : -distance(box, thing);
            if (near > most) {
                most = near;
                best = b;
            }
        }
        return best;
    }

    private static double distance(Box a, Box b) {
        return Math.hypot(
                Math.hypot(a.x() - b.x(), a.y() - b.y()),
                Math.hypot(a.width() - b.width(), a.height() - b.height()));
    }

    @Override
    public void kinks(Shape shape, double[] y, double[] target, KinkLedger ledger) {
        int cells = grid.cells();
        for (int n = 0; n < shape.dim(0); n++) {
            int out = n * grid.channels() * cells;
            int in = n * (YoloGrid.OF_BOX + grid.classes()) * cells;
            for (int cell = 0; cell < cells; cell++) {
                ledger.add(responsible(y, out, target, in, cell));
            }
        }
    }
}
