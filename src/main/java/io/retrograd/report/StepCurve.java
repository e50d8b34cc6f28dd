package io.retrograd.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The course of a run's steps in at most {@value #MOST} points, however many there are. */
final class StepCurve {
    private static final int MOST = 800;

    private final List<StepMean> points;
    private int stride;
    private @Nullable StepMean open;

    /** One that goes on behind these points. */
    StepCurve(List<StepMean> points) {
        this.points = new ArrayList<>(points);
        stride = points.isEmpty() ? 1 : points.get(0).steps();
    }

    /** Adds a step, in place of those from there on that are known, as where a run went back. */
    void add(double epoch, double loss, double learningRate) {
        if (open != null && open.epoch() >= epoch) {
            open = null;
        }
        while (!points.isEmpty() && points.get(points.size() - 1).epoch() >= epoch) {
            points.remove(points.size() - 1);
        }
        StepMean step = new StepMean(1, epoch, loss, learningRate);
        StepMean more = open == null ? step : open.with(step);
        if (more.steps() < stride) {
            open = more;
            return;
        }
        open = null;
        points.add(more);
        if (points.size() == MOST) {
            halve();
        }
    }

    /** Joins each point with its neighbour. */
    private void halve() {
        for (int i = 0; i < MOST / 2; i++) {
            points.set(i, points.get(2 * i).with(points.get(2 * i + 1)));
        }
        points.subList(MOST / 2, MOST).clear();
        stride *= 2;
    }

    /** All of them, the last one of fewer steps perhaps. */
    List<StepMean> points() {
        List<StepMean> all = new ArrayList<>(points);
        if (open != null) {
            all.add(open);
        }
        return all;
    }
}
