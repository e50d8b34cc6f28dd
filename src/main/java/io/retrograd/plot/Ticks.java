package io.retrograd.plot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Round numbers along an axis. */
final class Ticks {
    private static final int DIGITS = 6;

    private Ticks() {}

    /** Multiples of 1, 2 or 5 times a power of ten in a range, about so many. */
    static double[] of(double from, double to, int count) {
        double rough = (to - from) / count;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                DoubleStream.of(1, 2, 5, 10)
                        .map(factor -> factor * power)
                        .filter(candidate -> candidate >= rough)
                        .findFirst()
                        .orElse(10 * power);
        return LongStream.rangeClosed((long) Math.ceil(from / step), (long) Math.floor(to / step))
                .mapToDouble(i -> i * step)
                .toArray();
    }

    static String label(double tick) {
        BigDecimal rounded = BigDecimal.valueOf(tick).setScale(DIGITS, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
