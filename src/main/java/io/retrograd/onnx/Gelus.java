package io.retrograd.onnx;

import io.retrograd.layer.Gelu;
import io.retrograd.layer.Scale;
import io.retrograd.onnx.Assembly.Pending;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code x/2·(1 + erf(x/√2))}, which exporters write for {@link Gelu}, in the order of its
 * factors in which they do.
 */
final class Gelus {
    private static final double DIGITS = 1e-5;
    private static final Pending ERF = new Pending("Erf");
    private static final Pending ONE_AND_ERF = new Pending("Erf in a sum");
    private static final Pending TWICE = new Pending("Erf in a product");

    private Gelus() {}

    static Value erf(Call call) {
        Flow x = call.flow(0);
        return call.unfinished(ERF, x.dims(), x);
    }

    private static boolean is(Flow flow, Pending function) {
        return function.equals(flow.from().function());
    }

    private static boolean near(double a, double b) {
        return Math.abs(a - b) < DIGITS;
    }

    /** 1 + erf of something. */
    static @Nullable Flow plus(Call call, Flow x, Constant c) {
        boolean fits = is(x, ERF) && c.count().equals(Dim.of(1)) && c.real(0) == 1;
        return fits ? call.unfinished(ONE_AND_ERF, x.dims(), x) : null;
    }

    /** The x of which this is {@code factor·x}. */
    private static @Nullable Flow scaled(Flow flow, double factor) {
        return flow.from().function() instanceof Scale scale && near(scale.factor(), factor)
                ? flow.from().from().get(0)
                : null;
    }

    /** A product with 1 + erf(x/√2): GELU if with x/2, twice as much if with x. */
    static @Nullable Flow times(Call call, Flow a, Flow b) {
        boolean first = is(a, ONE_AND_ERF);
        Flow sum = first ? a : b;
        Flow factor = first ? b : a;
        if (!is(sum, ONE_AND_ERF)) {
            return null;
        }
        Flow x = scaled(sum.from().from().get(0).from().from().get(0), Math.sqrt(0.5));
        if (x == null) {
            return null;
        }
        if (x.equals(scaled(factor, 0.5))) {
            return call.layer(new Gelu(), x);
        }
        return x.equals(factor) ? call.unfinished(TWICE, x.dims(), x) : null;
    }

    /** Half of what is twice a GELU, or of 1 + erf, by which x is then multiplied. */
    static @Nullable Flow halved(Call call, Flow x, Constant c) {
        boolean half = c.count().equals(Dim.of(1)) && c.real(0) == 0.5;
        return half && is(x, TWICE) ? call.layer(new Gelu(), x.from().from().get(0)) : null;
    }
}
