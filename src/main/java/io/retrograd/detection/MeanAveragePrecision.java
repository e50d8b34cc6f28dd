package io.retrograd.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Mean average precision of detections, as COCO defines it: for each class the precision, made not
 * to rise with the recall, averaged over the recalls 0, 0.01 ... 1; then the mean over classes that
 * occur, and over the overlaps from which on a detection hits.
 *
 * <p>In each picture the 100 surest detections of a class count, the surest first: each hits the
 * thing of its class that it overlaps most among those that none has hit.
 *
 * <pre>{@code
 * MeanAveragePrecision map = new MeanAveragePrecision(classes);
 * for (...) {
 *     map.add(detections, things);
 * }
 * double half = map.at(0.5);
 * double strict = map.mean();                  // over 0.5, 0.55 ... 0.95
 * }</pre>
 *
 * <p>Source: <a href="https://cocodataset.org/#detection-eval">COCO's detection evaluation</a>.
 */
public final class MeanAveragePrecision {
    private static final int MOST = 100;
    private static final int RECALLS = 101;

    /** The largest overlap that is asked for, so that equal boxes hit each other. */
    private static final double LARGEST = 1 - 1e-10;

    private final int classes;
    private final List<List<Detection>> found = new ArrayList<>();
    private final List<List<LabelledBox>> things = new ArrayList<>();

    /** Over no pictures. */
    public MeanAveragePrecision(int classes) {
        this.classes = classes;
    }

    /** Adds a picture: what was found in it, and what is in it. */
    public void add(List<Detection> detections, List<LabelledBox> truth) {
        found.add(List.copyOf(detections));
        things.add(List.copyOf(truth));
    }

    /** The mean over the overlaps 0.5, 0.55 ... 0.95; NaN where there is no thing. */
    public double mean() {
        return IntStream.range(0, 10).mapToDouble(i -> at(0.5 + 0.05 * i)).average().orElseThrow();
    }

    /** The mean over classes that occur, for this overlap; NaN where there is no thing. */
    public double at(double overlap) {
        return IntStream.range(0, classes)
                .mapToDouble(label -> ofClass(label, overlap))
                .filter(precision -> !Double.isNaN(precision))
                .average()
                .orElse(Double.NaN);
    }

    /** A detection's score, and whether it hits a thing. */
    private record Hit(double score, boolean hits) {}

    /** The average precision of a class; NaN where it does not occur. */
    public double ofClass(int label, double overlap) {
        List<Hit> hits = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < found.size(); i++) {
            List<Box> boxes = new ArrayList<>();
            things.get(i).stream().filter(t -> t.label() == label).forEach(t -> boxes.add(t.box()));
            count += boxes.size();
            List<Detection> detections =
                    found.get(i).stream()
                            .filter(d -> d.label() == label)
                            .sorted(Detection.BY_SCORE)
                            .limit(MOST)
                            .toList();
            hits.addAll(hits(detections, boxes, Math.min(overlap, LARGEST)));
        }
        if (count == 0) {
            return Double.NaN;
        }
        hits.sort((a, b) -> Double.compare(b.score, a.score));
        return average(hits, count);
    }

    private static List<Hit> hits(List<Detection> detections, List<Box> boxes, double overlap) {
        boolean[] taken = new boolean[boxes.size()];
        List<Hit> hits = new ArrayList<>();
        for (Detection detection : detections) {
            double most = overlap;
            int best = -1;
            for (int g = 0; g < taken.length; g++) {
                double iou = taken[g] ? -1 : detection.box().iou(boxes.get(g));
                if (iou >= most) {
                    most = iou;
                    best = g;
                }
            }
            if (best >= 0) {
                taken[best] = true;
            }
            hits.add(new Hit(detection.score(), best >= 0));
        }
        return hits;
    }

    /** The area under the curve of precision over recall. */
    private static double average(List<Hit> hits, int count) {
        double[] precision = new double[hits.size()];
        double[] recall = new double[hits.size()];
        int right = 0;
        for (int i = 0; i < precision.length; i++) {
            right += hits.get(i).hits ? 1 : 0;
            precision[i] = right / (double) (i + 1);
            recall[i] = right / (double) count;
        }
        for (int i = precision.length - 1; i > 0; i--) {
            precision[i - 1] = Math.max(precision[i - 1], precision[i]);
        }
        double[] at = new double[RECALLS];
        int next = 0;
        for (int r = 0; r < RECALLS; r++) {
            while (next < recall.length && recall[next] < r * 0.01) {
                next++;
            }
            at[r] = next < recall.length ? precision[next] : 0;
        }
        return DoubleStream.of(at).average().orElseThrow();
    }
}
