package io.retrograd.demo;

import io.retrograd.demo.Points.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines that a method passed through, from its start on, and their losses. */
final class Descent {
    private final Regression.Method method;
    private final List<Line> lines = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    Descent(Regression.Method method) {
        this.method = method;
    }

    void add(Line line, Points points) {
        lines.add(line);
        losses.add(points.loss(line));
    }

    Regression.Method method() {
        return method;
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    Line last() {
        return lines.get(lines.size() - 1);
    }

    double[] slopes() {
        return lines.stream().mapToDouble(Line::w).toArray();
    }

    double[] intercepts() {
        return lines.stream().mapToDouble(Line::b).toArray();
    }

    double[] losses() {
        return losses.stream().mapToDouble(loss -> loss).toArray();
    }

    double[] distances(Line best) {
        return lines.stream().mapToDouble(line -> line.distance(best)).toArray();
    }

    /** The first step after which it stays this close; −1 where it does not. */
    int reached(Line best, double distance) {
        double[] distances = distances(best);
        int first = distances.length;
        while (first > 0 && distances[first - 1] <= distance) {
            first--;
        }
        return first == distances.length ? -1 : first;
    }

    /**
     * The factor a step by which the distance shrinks between two distances; NaN where it does not
     * come that close.
     */
    double rate(Line best, double far, double near) {
        int from = reached(best, far);
        int to = reached(best, near);
        double[] distances = distances(best);
        return from < 0 || to <= from
                ? Double.NaN
                : Math.pow(distances[to] / distances[from], 1.0 / (to - from));
    }

    /** The factor of the distance in the last step. */
    double lastFactor(Line best) {
        double[] distances = distances(best);
        return distances[distances.length - 1] / distances[distances.length - 2];
    }

    /** What a program may want to know; the factor is that between these two distances. */
    Map<String, Object> numbers(Line best, double far, double near) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", method.name());
        map.put("learning_rate", method.optimizer().learningRate());
        map.put("factor", rate(best, far, near));
        map.put("predicted_factor", method.rate());
        map.put("distance", last().distance(best));
        map.put("w", slopes());
        map.put("b", intercepts());
        map.put("loss", losses());
        return map;
    }
}
