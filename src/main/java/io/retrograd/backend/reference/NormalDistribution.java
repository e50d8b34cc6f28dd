package io.retrograd.backend.reference;

/**
 * The standard normal distribution, to a relative error of a few units in the last place in both
 * tails.
 *
 * <pre>
 *   Φ(x) = erfc(z)/2, z = −x/√2        erfc(z) = 2/√π · ∫ from z to ∞ of e^(−t²) dt
 *   φ(x) = e^(−x²/2) / √(2π)
 * </pre>
 *
 * <p>Three rational approximations: of erf(z)/z for |z| up to 0.46875, of e^(z²)·erfc(z) up to 4,
 * and of the remainder of erfc's asymptotic series beyond. e^(−x²/2) is taken of x itself: z is
 * rounded, and e^(−z²) makes 2z² times as much of that.
 *
 * <p>Source: W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of
 * Computation 23, 1969; coefficients of CALERF in SPECFUN.
 */
final class NormalDistribution {
    private static final double SMALL = 0.46875;
    private static final double MEDIUM = 4;

    /** From here on both tails of the normal distribution are below the smallest double. */
    private static final double FAR = 64;

    private static final double SQRT_2 = Math.sqrt(2);
    private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);
    private static final double INVERSE_SQRT_PI = 5.641895835477563e-1;

    /** Coefficients are those of the highest power first. */
    private static final double[] SMALL_NUMERATOR = {
        1.8577770618460315e-1,
        3.1611237438705655e0,
        1.1386415415105016e2,
        3.77485237685302e2,
        3.2093775891384694e3
    };

    private static final double[] SMALL_DENOMINATOR = {
        1, 2.3601290952344122e1, 2.4402463793444417e2, 1.2826165260773723e3, 2.844236833439171e3
    };

    private static final double[] MEDIUM_NUMERATOR = {
        2.1531153547440383e-8,
        5.641884969886701e-1,
        8.883149794388377e0,
        6.611919063714163e1,
        2.986351381974001e2,
        8.81952221241769e2,
        1.7120476126340707e3,
        2.0510783778260716e3,
        1.2303393547979972e3
    };

    private static final double[] MEDIUM_DENOMINATOR = {
        1,
        1.5744926110709835e1,
        1.176939508913125e2,
        5.371811018620099e2,
        1.6213895745666903e3,
        3.2907992357334597e3,
        4.362619090143247e3,
        3.4393676741437216e3,
        1.2303393548037495e3
    };

    private static final double[] LARGE_NUMERATOR = {
        1.6315387137302097e-2,
        3.0532663496123236e-1,
        3.6034489994980445e-1,
        1.2578172611122926e-1,
        1.6083785148742275e-2,
        6.587491615298378e-4
    };

    private static final double[] LARGE_DENOMINATOR = {
        1,
        2.568520192289822e0,
        1.8729528499234673e0,
        5.279051029514285e-1,
        6.051834131244132e-2,
        2.3352049762686918e-3
    };

    private NormalDistribution() {}

    /** Φ(x), the probability that a number is below x. */
    static double below(double x) {
        double z = Math.abs(x) / SQRT_2;
        if (z <= SMALL) {
            return (1 + erfSmall(x / SQRT_2)) / 2;
        }
        double tail = Math.abs(x) >= FAR ? 0 : halfGaussian(x) * scaledErfc(z) / 2;
        return x > 0 ? 1 - tail : tail;
    }

    /** φ(x), the density of the standard normal distribution. */
    static double density(double x) {
        return Math.abs(x) >= FAR ? 0 : halfGaussian(x) / SQRT_2_PI;
    }

    private static double erfSmall(double x) {
        double square = x * x;
        return x * polynomial(SMALL_NUMERATOR, square) / polynomial(SMALL_DENOMINATOR, square);
    }

    /** {@code e^(x²)·erfc(x)} for x above {@link #SMALL}. */
    private static double scaledErfc(double x) {
        if (x <= MEDIUM) {
            return polynomial(MEDIUM_NUMERATOR, x) / polynomial(MEDIUM_DENOMINATOR, x);
        }
        double inverse = 1 / (x * x);
        double rest =
                inverse
                        * polynomial(LARGE_NUMERATOR, inverse)
                        / polynomial(LARGE_DENOMINATOR, inverse);
        return (INVERSE_SQRT_PI - rest) / x;
    }

    /** e^(−x²/2), where x² alone would lose digits: by a part of x with an exact square. */
    private static double halfGaussian(double x) {
        double head = Math.rint(x * 16) / 16;
        double rest = (x - head) * (x + head);
        return Math.exp(-head * head / 2) * Math.exp(-rest / 2);
    }

    private static double polynomial(double[] coefficients, double x) {
        double sum = 0;
        for (int i = 0; i < coefficients.length; i++) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
