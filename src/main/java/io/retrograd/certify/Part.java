package io.retrograd.certify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is certified, in the order in which it runs. */
public enum Part {
    DOCTOR("what the device needs, and what of it is here", 1),
    KERNELS("opens in every precision; on a GPU, all kernels are compiled and loaded", 3),
    CONFORMANCE("random networks at odd shapes, held against the float64 reference", 6),
    GRADIENTS("gradients of every layer, loss and small network", 8),
    PARITY("PyTorch's numbers", 4),
    DETERMINISM("two deterministic runs give the same bits", 3),
    CAPTURE("recorded steps give the bits of those that are enqueued piece by piece", 3),
    MEMORY("the estimate of memory is what a binding takes", 2),
    LEAK("the device opened, used and closed again and again", 3),
    RECOVERY("after an illegal access the device opens again in the same process", 2),
    TRAINING("the digits trained with audits against the reference", 5),
    BENCH("images a second, for a look and no verdict", 4);

    private final String about;
    private final int weight;

    Part(String about, int weight) {
        this.about = about;
        this.weight = weight;
    }

    /** What it finds out, in a line. */
    public String about() {
        return about;
    }

    /** Its share of the time, against those of the others. */
    int weight() {
        return weight;
    }

    /** As it is written in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All labels. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Part::label).toList();
    }

    /** The part of this label. */
    public static Part of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
