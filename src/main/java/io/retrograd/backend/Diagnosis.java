package io.retrograd.backend;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The parts that a device needs, those that are present, and the problems.
 *
 * @param device as in {@code --device}
 * @param usable whether there is hardware that can compute with the software that is here
 * @param facts the findings, in the order to show them
 * @param gpus the devices found, usable or not
 * @param problems the missing, outdated or contradictory parts, the gravest first
 */
public record Diagnosis(
        String device, boolean usable, List<Fact> facts, List<Gpu> gpus, List<Problem> problems) {
    public Diagnosis {
        facts = List.copyOf(facts);
        gpus = List.copyOf(gpus);
        problems = List.copyOf(problems);
    }

    /** Why it cannot be used: the gravest problem whole, the others by name. */
    public String reason() {
        List<Problem> grave = grave();
        if (grave.isEmpty()) {
            return "nothing was found that can compute";
        }
        String others = names(grave.subList(1, grave.size()));
        return grave.get(0).line()
                + (others.isEmpty()
                        ? ""
                        : "; also: " + others + "; 'retrograd doctor' says how to install each");
    }

    /** Why it cannot be used, in a few words. */
    public String summary() {
        return names(grave());
    }

    /** The fatal problems, or all if none is. */
    private List<Problem> grave() {
        List<Problem> fatal = problems.stream().filter(Problem::fatal).toList();
        return fatal.isEmpty() ? problems : fatal;
    }

    private static String names(List<Problem> problems) {
        return problems.stream().map(Problem::what).collect(Collectors.joining(", "));
    }

    /**
     * Something that was found.
     *
     * @param name the part, such as a library
     * @param version its version, or empty
     * @param detail its place and further details
     */
    public record Fact(String name, String version, String detail) {}

    /**
     * A device.
     *
     * @param index its number
     * @param name as its driver gives it
     * @param architecture such as {@code sm_90}
     * @param memoryBytes all of its memory
     * @param usable whether it is new enough
     */
    public record Gpu(
            int index, String name, String architecture, long memoryBytes, boolean usable) {
        /** In a line. */
        public String line() {
            return String.format(
                    "%s, %s, %.1f GiB", name, architecture, memoryBytes / (double) (1L << 30));
        }
    }

    /**
     * Something missing, too old or contradictory.
     *
     * @param fatal whether the device cannot be used because of it
     * @param what the problem
     * @param looked where
     * @param wanted which version
     * @param command that brings it
     */
    public record Problem(
            boolean fatal, String what, String looked, String wanted, String command) {
        /** In a line. */
        public String line() {
            return String.format(
                    "%s; looked in %s; wanted: %s; do: %s", what, looked, wanted, command);
        }
    }
}
