package io.retrograd.backend.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The site's page of numerics, whose table holds the bounds: a line for each function, in a cell
 * those of forward and backward.
 */
final class NumericsPage {
    private static final Path PATH = Path.of("src/site/markdown/numerics.md");
    private static final String HEADING = "| function |";
    private static final String BACKWARD = " backward";
    private static final String EXACT = "exact";
    private static final String OF_ONE = " of 1";
    private static final double NOTHING = 1e-6;

    /** Above it an error in units of the result says less than one in units of 1. */
    private static final double MANY = 64;

    private static final double SLACK = 1.25;

    private final List<String> before = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();

    /** By function with its direction, then by device. */
    private final Map<String, Map<String, Bound>> bounds = new TreeMap<>();

    /**
     * The allowed error.
     *
     * @param ofOne whether in units of the last place of 1
     */
    record Bound(double ulps, boolean ofOne) {
        boolean holds(Numerics.Worst worst) {
            return (ofOne ? worst.ofOne() : worst.ulps()) <= ulps;
        }

        Bound times(double factor) {
            return new Bound(ulps * factor, ofOne);
        }

        static Bound parse(String text) {
            boolean ofOne = text.endsWith(OF_ONE);
            String number = ofOne ? text.substring(0, text.length() - OF_ONE.length()) : text;
            return new Bound(number.equals(EXACT) ? NOTHING : Double.parseDouble(number), ofOne);
        }

        /** A little more than what was measured. */
        static Bound above(Numerics.Worst worst) {
            boolean ofOne = worst.ulps() > MANY;
            double ulps = ofOne ? worst.ofOne() : worst.ulps();
            double rounded = ulps <= NOTHING ? NOTHING : Math.ceil(ulps * SLACK * 10) / 10;
            return new Bound(rounded, ofOne);
        }

        @Override
        public String toString() {
            String number = ulps <= NOTHING ? EXACT : String.format(Locale.ROOT, "%.1f", ulps);
            return ofOne ? number + OF_ONE : number;
        }
    }

    private NumericsPage(List<String> lines) {
        for (String line : lines) {
            if (columns.isEmpty() && line.startsWith(HEADING)) {
                columns.addAll(cells(line));
            } else if (columns.isEmpty()) {
                before.add(line);
            } else if (line.startsWith("|") && after.isEmpty()) {
                row(cells(line));
            } else {
                after.add(line);
            }
        }
    }

    static NumericsPage read() {
        try {
            return new NumericsPage(Files.readAllLines(PATH));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cells(String line) {
        String inner = line.substring(1, line.lastIndexOf('|'));
        return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
    }

    private void row(List<String> cells) {
        String function = cells.get(0);
        for (int i = 1; i < cells.size() && !function.startsWith("---"); i++) {
            String[] both = cells.get(i).split("/", -1);
            put(function, columns.get(i), Bound.parse(both[0].strip()));
            put(function + BACKWARD, columns.get(i), Bound.parse(both[1].strip()));
        }
    }

    private void put(String function, String device, Bound bound) {
        bounds.computeIfAbsent(function, name -> new LinkedHashMap<>()).put(device, bound);
    }

    /** Whether the table has bounds for the device. */
    boolean has(String device) {
        return columns.contains(device);
    }

    /** The bounds of a device by function. */
    Map<String, Bound> of(String device) {
        Map<String, Bound> of = new TreeMap<>();
        bounds.forEach((function, row) -> of.put(function, row.get(device)));
        return of;
    }

    /** Replaces a device's bounds by a little more than what was measured. */
    void replace(String device, Map<String, Numerics.Worst> measured) {
        measured.forEach((function, worst) -> put(function, device, Bound.above(worst)));
    }

    /** Writes the page. */
    void write() throws IOException {
        List<String> lines = new ArrayList<>(before);
        lines.add("| " + String.join(" | ", columns) + " |");
        lines.add("|" + " --- |".repeat(columns.size()));
        bounds.keySet().stream()
                .filter(function -> !function.endsWith(BACKWARD))
                .forEach(function -> lines.add(line(function)));
        lines.addAll(after);
        Files.write(PATH, lines);
    }

    private String line(String function) {
        return columns.stream()
                .skip(1)
                .map(d -> cell(function, d))
                .collect(Collectors.joining(" | ", "| " + function + " | ", " |"));
    }

    private String cell(String function, String device) {
        return bounds.get(function).get(device)
                + " / "
                + bounds.get(function + BACKWARD).get(device);
    }
}
