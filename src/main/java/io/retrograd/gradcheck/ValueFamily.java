package io.retrograd.gradcheck;

import java.util.Arrays;

/** Kinds of values at which layers are checked: the ordinary ones, and such as reveal mistakes. */
public enum ValueFamily {
    /** Spread over (−4, 4), no two of them close and none 0. */
    SPREAD("spread"),

    /** A million times that. */
    LARGE("large"),

    /** A millionth of that. */
    TINY("tiny"),

    /** Below the smallest normal float32 number, so that a device may take them for 0. */
    DENORMAL("denormal"),

    /** One number everywhere. */
    EQUAL("equal"),

    /** One number, and 0 elsewhere. */
    ONE_HOT("one-hot"),

    /** Four numbers, so that maxima are tied. */
    TIES("ties"),

    /** Where functions have their kinks: 0, ±1, ±3, 6 and others. */
    KINKS("kinks"),

    /** 1 everywhere. */
    ONES("ones");

    private static final double BOUND = 4;
    private static final double MILLION = 0x1p20;
    private static final double SMALLEST = Float.MIN_VALUE;
    private static final int DENORMALS = 1 << 20;
    private static final double[] TIED = {-1.25, -0.5, 0.5, 1.5};
    private static final double[] AT_KINKS = {0, 0, 0, -1, 1, -3, 3, 6, -0.5, 0.5};

    private final String text;

    ValueFamily(String text) {
        this.text = text;
    }

    /** This many values; multiples of a power of two, so that steps can be added exactly. */
    double[] draw(int count, RandomValues random) {
        return switch (this) {
            case SPREAD -> random.spread(count, BOUND);
            case LARGE -> scaled(random.spread(count, BOUND), MILLION);
            case TINY -> scaled(random.spread(count, BOUND), 1 / MILLION);
            case DENORMAL -> scaled(random.spread(count, DENORMALS), SMALLEST);
            case EQUAL -> filled(count, random.signed(1, 0.25, BOUND)[0]);
            case ONE_HOT -> oneHot(count, random);
            case TIES -> of(TIED, count, random);
            case KINKS -> of(AT_KINKS, count, random);
            case ONES -> filled(count, 1);
        };
    }

    private static double[] scaled(double[] values, double factor) {
        Arrays.setAll(values, i -> values[i] * factor);
        return values;
    }

    private static double[] filled(int count, double value) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    private static double[] oneHot(int count, RandomValues random) {
        double[] values = new double[count];
        values[random.index(0, count)] = random.signed(1, 0.25, BOUND)[0];
        return values;
    }

    private static double[] of(double[] choices, int count, RandomValues random) {
        double[] values = random.indices(count, choices.length);
        Arrays.setAll(values, i -> choices[(int) values[i]]);
        return values;
    }

    @Override
    public String toString() {
        return text;
    }
}
