package io.retrograd.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Where numbers lie on an axis, and which of them are written beside it.
 *
 * @param low the number at its beginning; above 0 where it is logarithmic
 * @param high the number at its end, above {@code low}
 */
record Axis(double low, double high, boolean logarithmic) {
    private static final int TICKS = 6;
    private static final double[] ROUND = {1, 2, 5, 10};

    /** One of all these numbers, with round ends. What is not finite is left out. */
    static Axis of(DoubleStream values) {
        double[] finite = values.filter(Double::isFinite).toArray();
        double low = DoubleStream.of(finite).min().orElse(0);
        double high = DoubleStream.of(finite).max().orElse(1);
        if (low == high) {
            double room = low == 0 ? 1 : Math.abs(low) / 2;
            return new Axis(low - room, high + room, false);
        }
        double step = step(high - low);
        return new Axis(Math.floor(low / step) * step, Math.ceil(high / step) * step, false);
    }

    /** From one number to another. */
    static Axis between(double low, double high) {
        return new Axis(low, high > low ? high : low + 1, false);
    }

    /** A logarithmic one of those that are above 0. */
    static Axis logarithmic(DoubleStream values) {
        double[] positive = values.filter(v -> v > 0 && Double.isFinite(v)).toArray();
        double low = DoubleStream.of(positive).min().orElse(1);
        double high = DoubleStream.of(positive).max().orElse(10);
        return low < high ? new Axis(low, high, true) : new Axis(low / 3, low * 3, true);
    }

    /** Where a number lies: 0 at the beginning, 1 at the end. */
    double position(double value) {
        return logarithmic
                ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
                : (value - low) / (high - low);
    }

    /** Round numbers on it, in order. */
    List<Double> ticks() {
        return logarithmic ? powers() : multiples(step(high - low));
    }

    private List<Double> multiples(double step) {
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** Powers of ten, with 2 and 5 times them where there are few. */
    private List<Double> powers() {
        int first = (int) Math.floor(Math.log10(low));
        int last = (int) Math.ceil(Math.log10(high));
        int stride = Math.max(1, (last - first + TICKS - 1) / TICKS);
        double[] factors = last - first <= 2 ? ROUND : new double[] {1};
        List<Double> ticks = new ArrayList<>();
        for (int power = first; power <= last; power += stride) {
            for (double factor : factors) {
                double tick = factor * Math.pow(10, power);
                if (factor < 10 && tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** The roundest distance that leaves at most so many ticks. */
    private static double step(double length) {
        double power = Math.pow(10, Math.floor(Math.log10(length / TICKS)));
        for (double factor : ROUND) {
            if (factor * power * TICKS >= length * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A tick's number, with the digits that the ticks differ in. */
    String label(double tick) {
        double size = Math.abs(tick);
        if (tick == 0 || Math.abs(tick) < 1e-12 * (high - low)) {
            return "0";
        }
        if (logarithmic && size >= 0.01 && size < 1e4) {
            return plain(tick);
        }
        double step = step(high - low);
        double largest = Math.max(Math.abs(low), Math.abs(high));
        if (logarithmic || largest < 1e-3 || largest >= 1e5) {
            double finest = logarithmic ? size : step;
            int more =
                    (int)
                            (Math.floor(Math.log10(size) + 1e-9)
                                    - Math.floor(Math.log10(finest) + 1e-9));
            return String.format(Locale.ROOT, "%." + Math.max(0, more) + "e", tick)
                    .replace("e-0", "e-")
                    .replaceAll("e\\+0?", "e");
        }
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + digits + "f", tick);
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
