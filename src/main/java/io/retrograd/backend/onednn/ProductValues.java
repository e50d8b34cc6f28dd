package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Small integers for a convolution, transposed convolution or linear map, whose sums are exact, and
 * what comes of them: all elements where that is little work, and else some, drawn.
 */
final class ProductValues implements Rehearsal.Values {
    /** Products that are added up at most, but for the fewest elements. */
    private static final int WORK = 50_000;

    private static final int FEWEST = 8;

    /** The most places of a gradient by weights, as each element is a sum over all. */
    private static final int PLACES = 256;

    private static final double BFLOAT16_ROUNDING = 0x1p-8;

    private final WindowIndex at;
    private final boolean transposed;
    private final Pass pass;
    private final boolean relu;
    private final SplittableRandom random = new SplittableRandom(1);
    private List<int[]> places = List.of();

    /** The pass that the primitive computes. */
    enum Pass {
        FORWARD,
        BACKWARD_DATA,
        BACKWARD_WEIGHTS
    }

    /**
     * Values.
     *
     * @param transposed whether the windows slide over y, and not over x
     * @param relu whether {@code max(0, y)} is taken
     */
    ProductValues(Windows windows, int groups, boolean transposed, Pass pass, boolean relu) {
        at = new WindowIndex(windows, groups, transposed);
        this.transposed = transposed;
        this.pass = pass;
        this.relu = relu;
    }

    @Override
    public void fill(Rehearsal rehearsal) {
        if (pass != Pass.BACKWARD_WEIGHTS) {
            rehearsal.fill(pass == Pass.FORWARD ? DNNL_ARG_SRC : DNNL_ARG_DIFF_DST);
            rehearsal.fill(DNNL_ARG_WEIGHTS);
            if (rehearsal.has(DNNL_ARG_BIAS)) {
                rehearsal.fill(DNNL_ARG_BIAS);
            }
            return;
        }
        rehearsal.fill(image());
        places = drawn(at.places(), PLACES);
        for (int[] place : places) {
            rehearsal.set(placed(), place);
        }
    }

    @Override
    public boolean hold(Rehearsal rehearsal) {
        if (pass == Pass.BACKWARD_WEIGHTS) {
            return weightsHold(rehearsal) && biasHolds(rehearsal);
        }
        boolean gathers = (pass == Pass.FORWARD) != transposed;
        int output = gathers ? placed() : image();
        Shape shape = gathers ? at.places() : at.image();
        int count = Math.max(FEWEST, WORK / at.products(gathers));
        for (int[] index : drawn(shape, count)) {
            double sum = gathers ? gathered(rehearsal, index) : scattered(rehearsal, index);
            if (rehearsal.has(DNNL_ARG_BIAS)) {
                sum += rehearsal.value(DNNL_ARG_BIAS, index[1]);
            }
            double expected = relu ? Math.max(0, sum) : sum;
            if (!near(rehearsal, rehearsal.get(output, index), expected, output)) {
                return false;
            }
        }
        return true;
    }

    private double gathered(Rehearsal rehearsal, int[] place) {
        double[] sum = {0};
        at.eachOfPlace(
                place,
                (element, weight) ->
                        sum[0] +=
                                rehearsal.value(image(), element)
                                        * rehearsal.value(DNNL_ARG_WEIGHTS, weight));
        return sum[0];
    }

    private double scattered(Rehearsal rehearsal, int[] element) {
        double[] sum = {0};
        at.eachOfElement(
                element,
                (place, weight) ->
                        sum[0] +=
                                rehearsal.value(placed(), place)
                                        * rehearsal.value(DNNL_ARG_WEIGHTS, weight));
        return sum[0];
    }

    /** Weights of the channels that some place is in, and a few of others. */
    private boolean weightsHold(Rehearsal rehearsal) {
        List<int[]> some = drawn(at.weights(), WORK / PLACES);
        for (int[] weight : some) {
            if (random.nextInt(2) == 0) {
                weight[0] = places.get(random.nextInt(places.size()))[1];
            }
            double sum = 0;
            for (int[] place : places) {
                int[] element = at.element(place, weight);
                if (element.length > 0) {
                    sum += rehearsal.value(placed(), place) * rehearsal.value(image(), element);
                }
            }
            double got = rehearsal.get(DNNL_ARG_DIFF_WEIGHTS, at.stored(weight));
            if (got != sum) {
                return false;
            }
        }
        return true;
    }

    /** Where dy is what was drawn, and not the image. */
    private boolean biasHolds(Rehearsal rehearsal) {
        if (transposed || !rehearsal.has(DNNL_ARG_DIFF_BIAS)) {
            return true;
        }
        double[] sums = new double[at.places().dim(1)];
        for (int[] place : places) {
            sums[place[1]] += rehearsal.value(placed(), place);
        }
        for (int k = 0; k < sums.length; k++) {
            if (rehearsal.get(DNNL_ARG_DIFF_BIAS, k) != sums[k]) {
                return false;
            }
        }
        return true;
    }

    private static boolean near(Rehearsal rehearsal, double got, double expected, int output) {
        double rounding = rehearsal.wide(output) ? 0 : BFLOAT16_ROUNDING;
        return Math.abs(got - expected) <= rounding * Math.abs(expected);
    }

    private int image() {
        return transposed ? ofY() : ofX();
    }

    private int placed() {
        return transposed ? ofX() : ofY();
    }

    private int ofX() {
        return pass == Pass.BACKWARD_DATA ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
    }

    private int ofY() {
        return pass == Pass.FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
    }

    /** All indices where there are no more than {@code count}; else that many, all different. */
    private List<int[]> drawn(Shape shape, int count) {
        List<int[]> indices = new ArrayList<>();
        if (shape.size() <= count) {
            for (int i = 0; i < shape.size(); i++) {
                indices.add(index(shape, i));
            }
            return indices;
        }
        for (int i = 0; i < count; i++) {
            long first = i * shape.size() / count;
            long next = (i + 1) * shape.size() / count;
            indices.add(index(shape, first + random.nextLong(next - first)));
        }
        return indices;
    }

    private static int[] index(Shape shape, long flat) {
        int[] index = new int[shape.rank()];
        long rest = flat;
        for (int i = index.length - 1; i >= 0; i--) {
            index[i] = (int) (rest % shape.dim(i));
            rest /= shape.dim(i);
        }
        return index;
    }
}
