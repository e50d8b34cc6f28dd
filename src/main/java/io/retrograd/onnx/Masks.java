package io.retrograd.onnx;

import io.retrograd.layer.Add;

/** Elements that a known mask takes or leaves. */
final class Masks {
    /** In the place of −∞: so low that its exponential is 0 beside any other. */
    private static final double LEAST = -1e30;

    /** Numbers from here on are no parameters: what is added to what is not to be seen. */
    private static final double MASKING = 1e4;

    private Masks() {}

    /** {@code m·a + (1 − m)·b}, m being 1 where the condition holds and 0 elsewhere. */
    static Value where(Call call) {
        Constant holds = Folding.cast(call.known(0), /* whole= */ false);
        Constant fails = Folding.mapped(holds, m -> 1 - m);
        if (!call.constant(1) && !call.constant(2)) {
            Flow a = Arithmetic.times(call, call.flow(1), holds);
            Flow b = Arithmetic.times(call, call.flow(2), fails);
            return ArithmeticOperators.both(call, new Add(), a, b);
        }
        int own = call.constant(1) ? 2 : 1;
        Flow taken = Arithmetic.times(call, call.flow(own), own == 1 ? holds : fails);
        Constant other = finite(Folding.cast(call.known(3 - own), /* whole= */ false));
        Constant left = Folding.binary("Mul", other, own == 1 ? fails : holds);
        return Arithmetic.plus(call, taken, left);
    }

    /** The same with −∞ and ∞ as numbers that can be computed with. */
    static Constant finite(Constant c) {
        return c.any(Double::isInfinite)
                ? Folding.mapped(c, x -> Double.isInfinite(x) ? Math.signum(x) * -LEAST : x)
                : c;
    }

    /** Whether it masks what it is added to. */
    static boolean masks(Constant c) {
        return c.any(x -> Math.abs(x) >= MASKING);
    }
}
