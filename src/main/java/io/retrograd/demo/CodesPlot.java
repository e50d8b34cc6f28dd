package io.retrograd.demo;

import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.Sheet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The pictures of {@link Autoencoding}. */
record CodesPlot(Codes codes) {
    private static final int COLUMNS = 16;
    private static final int WIDTH = 760;
    private static final int HEIGHT = 98;
    private static final int PLANE = 620;
    private static final double ROOM = 0.04;

    /** Digits, and below them what is left of them after each code. */
    Sheet coded() {
        Map<String, double[][]> rows = new LinkedHashMap<>();
        codes.planes().forEach((name, plane) -> rows.put("2 numbers, " + name, plane.again()));
        codes.coded().forEach((name, again) -> rows.put("16 numbers, " + name, again));
        return sheet(rows);
    }

    /** Digits, and below them the same with noise, and what each method makes of these. */
    Sheet denoised() {
        return sheet(codes.denoised());
    }

    private Sheet sheet(Map<String, double[][]> rows) {
        Sheet sheet = new Sheet(1, WIDTH, HEIGHT).add(row("unseen digits", codes.test()));
        rows.forEach(
                (name, digits) -> {
                    double error = Codes.error(codes.test(), digits);
                    sheet.add(row(String.format(Locale.ROOT, "%s: %.4f", name, error), digits));
                });
        return sheet;
    }

    private static FieldPanel row(String title, double[][] digits) {
        Grid grid = Mosaic.of(COLUMNS, 0, Arrays.copyOf(digits, COLUMNS));
        return new FieldPanel(title, grid).shade(grid, FieldPanel.Shade.RISING);
    }

    /** All unseen digits at the places of their codes of two numbers. */
    Sheet planes() {
        Sheet sheet = new Sheet(2, PLANE, PLANE);
        codes.planes().forEach((name, plane) -> sheet.add(plane(name, plane)));
        return sheet;
    }

    private FieldPanel plane(String name, Codes.Plane plane) {
        double[] x = range(plane.codes(), 0);
        double[] y = range(plane.codes(), 1);
        Grid place = new Grid(x[0], x[1], y[0], y[1], new double[2][2]);
        FieldPanel panel =
                new FieldPanel(
                        String.format(Locale.ROOT, "%s: error %.4f", name, plane.error()),
                        "first number of the code",
                        "second",
                        place);
        for (int digit = 0; digit < 10; digit++) {
            panel.words(
                    digit,
                    Integer.toString(digit),
                    of(plane.codes(), digit, 0),
                    of(plane.codes(), digit, 1));
        }
        return panel;
    }

    /** One of the two numbers of all digits of a class. */
    private double[] of(double[][] all, int digit, int number) {
        return IntStream.range(0, all.length)
                .filter(n -> codes.labels()[n] == digit)
                .mapToDouble(n -> all[n][number])
                .toArray();
    }

    private static double[] range(double[][] all, int number) {
        double least = Arrays.stream(all).mapToDouble(z -> z[number]).min().orElse(0);
        double most = Arrays.stream(all).mapToDouble(z -> z[number]).max().orElse(1);
        double room = Math.max(ROOM * (most - least), Double.MIN_NORMAL);
        return new double[] {least - room, most + room};
    }
}
