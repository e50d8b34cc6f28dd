package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.SplittableRandom;

/**
 * Small integers for a product of matrices or of stacks of them, whose sums are exact, and what
 * comes of them: all elements where that is little work, and else some, drawn.
 */
final class MatrixValues implements Rehearsal.Values {
    /** Products that are added up at most, but for the fewest elements. */
    private static final long WORK = 50_000;

    private static final long FEWEST = 8;

    private static final double BFLOAT16_ROUNDING = 0x1p-8;

    private final long[] dims;
    private final int terms;
    private final boolean accumulate;

    /**
     * Values.
     *
     * @param dims of the result
     * @param terms that each element of it is a sum of
     * @param accumulate whether that is added to what is there
     */
    MatrixValues(long[] dims, int terms, boolean accumulate) {
        this.dims = dims.clone();
        this.terms = terms;
        this.accumulate = accumulate;
    }

    @Override
    public boolean overwrites() {
        return !accumulate;
    }

    @Override
    public void fill(Rehearsal rehearsal) {
        rehearsal.fill(DNNL_ARG_SRC);
        rehearsal.fill(DNNL_ARG_WEIGHTS);
        if (rehearsal.has(DNNL_ARG_BIAS)) {
            rehearsal.fill(DNNL_ARG_BIAS);
        }
        if (accumulate) {
            rehearsal.fill(DNNL_ARG_DST);
        }
    }

    @Override
    public boolean hold(Rehearsal rehearsal) {
        long elements = 1;
        for (long dim : dims) {
            elements *= dim;
        }
        long count = Math.max(FEWEST, WORK / terms);
        SplittableRandom random = new SplittableRandom(1);
        for (long i = 0; i < Math.min(count, elements); i++) {
            int[] element = index(elements <= count ? i : random.nextLong(elements));
            double expected = expected(rehearsal, element);
            double rounding = rehearsal.wide(DNNL_ARG_DST) ? 0 : BFLOAT16_ROUNDING;
            double error = Math.abs(rehearsal.get(DNNL_ARG_DST, element) - expected);
            if (!(error <= rounding * Math.abs(expected))) {
                return false;
            }
        }
        return true;
    }

    private int[] index(long element) {
        int[] index = new int[dims.length];
        long rest = element;
        for (int d = dims.length - 1; d >= 0; d--) {
            index[d] = (int) (rest % dims[d]);
            rest /= dims[d];
        }
        return index;
    }

    private double expected(Rehearsal rehearsal, int[] element) {
        int row = dims.length - 2;
        int column = dims.length - 1;
        double sum = accumulate ? rehearsal.value(DNNL_ARG_DST, element) : 0;
        if (rehearsal.has(DNNL_ARG_BIAS)) {
            sum += rehearsal.value(DNNL_ARG_BIAS, 0, element[column]);
        }
        int[] ofA = element.clone();
        int[] ofB = element.clone();
        for (int k = 0; k < terms; k++) {
            ofA[column] = k;
            ofB[row] = k;
            sum += rehearsal.value(DNNL_ARG_SRC, ofA) * rehearsal.value(DNNL_ARG_WEIGHTS, ofB);
        }
        return sum;
    }
}
