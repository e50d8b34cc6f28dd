package io.retrograd.report;

import java.util.Locale;

/** Text and numbers as they stand in a page. */
public final class Html {
    /** The digits after the point of a coordinate in a picture. */
    private static final double HUNDREDTHS = 100;

    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e5;

    private Html() {}

    /** Text of which nothing is taken for markup, in elements and in quoted attributes. */
    public static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '&' -> safe.append("&amp;");
                                case '<' -> safe.append("&lt;");
                                case '>' -> safe.append("&gt;");
                                case '"' -> safe.append("&quot;");
                                case '\'' -> safe.append("&#39;");
                                default -> safe.appendCodePoint(visible(c) ? c : '\uFFFD');
                            }
                        });
        return safe.toString();
    }

    /** Whether a page may hold it: no control character but white space, no half of a pair. */
    private static boolean visible(int c) {
        boolean space = c == '\n' || c == '\t';
        int type = Character.getType(c);
        return space
                || (type != Character.CONTROL && type != Character.SURROGATE && c < 0xFFFE)
                || c > 0xFFFF;
    }

    /** A number in about four digits: as short as it can be read. */
    static String number(double value) {
        double size = Math.abs(value);
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        if (size != 0 && (size < SMALL || size >= LARGE)) {
            return String.format(Locale.ROOT, "%.2e", value)
                    .replace("e-0", "e-")
                    .replaceAll("e\\+0?", "e");
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.1f" : "%.4f", value);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A coordinate in a picture. */
    static String at(double coordinate) {
        double rounded = Math.round(coordinate * HUNDREDTHS) / HUNDREDTHS;
        return rounded == Math.rint(rounded)
                ? Long.toString((long) rounded)
                : Double.toString(rounded);
    }

    static String time(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %d min", whole / 3600, whole / 60 % 60);
    }
}
