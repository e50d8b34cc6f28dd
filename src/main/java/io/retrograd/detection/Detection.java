package io.retrograd.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a detector takes for a thing.
 *
 * @param score how sure it is, comparable with those of the same detector
 */
public record Detection(int label, double score, Box box) {
    /** The surest first; those of one score as they were. */
    static final Comparator<Detection> BY_SCORE =
            Comparator.comparingDouble(Detection::score).reversed();

    /**
     * Non-maximum suppression: goes through detections from the surest on, and leaves out each one
     * that overlaps one of its class that was kept.
     *
     * @param overlap the intersection over union above which it does
     * @return those that are kept, the surest first
     */
    public static List<Detection> suppress(List<Detection> detections, double overlap) {
        List<Detection> kept = new ArrayList<>();
        for (Detection next : detections.stream().sorted(BY_SCORE).toList()) {
            boolean apart =
                    kept.stream()
                            .noneMatch(k -> k.label == next.label && k.box.iou(next.box) > overlap);
            if (apart) {
                kept.add(next);
            }
        }
        return kept;
    }
}
