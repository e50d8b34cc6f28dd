package io.retrograd.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample with the maps that explain an output of a network for it.
 *
 * @param name the sample's
 * @param predicted the class that the network takes it for, with its probability
 * @param target the class whose output is explained
 * @param output that output
 * @param picture the sample as the network sees it
 */
public record Explained(
        String name,
        String predicted,
        double probability,
        String target,
        double output,
        Picture picture,
        List<Heat> heats) {
    public Explained {
        heats = List.copyOf(heats);
    }

    /**
     * A map.
     *
     * @param method the name of what made it
     * @param picture the map over the sample
     * @param note a line about it; null for none
     */
    public record Heat(String method, Picture picture, @Nullable String note) {}
}
