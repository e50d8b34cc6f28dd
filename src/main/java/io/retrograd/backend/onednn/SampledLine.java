package io.retrograd.backend.onednn;

import io.retrograd.operation.SamplingAxis.Taps;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a row takes of a row of the source: the longest run of neighbours as they are, and element
 * by element what lies outside of it.
 */
final class SampledLine {
    private final Taps taps;
    private final int length;
    private final float fill;

    /** Results {@code copied} up to {@code end} are neighbours in the source. */
    private final int copied;

    private final int end;

    /** Results that have no inputs. */
    private final int[] empty;

    /** Results that are an input, and which. */
    private final int[] ones;

    private final int[] oneFrom;

    /** Results that are the weighted sum of two inputs, and of which. */
    private final int[] twos;

    private final int[] twoFrom;
    private final float[] twoWeights;

    /** All others, where their inputs begin in the lists of all, and these. */
    private final int[] more;

    private final int[] moreStart;
    private final int[] moreFrom;
    private final float[] moreWeights;

    /**
     * A row.
     *
     * @param length of a row of the source
     * @param fill results without inputs
     */
    SampledLine(Taps taps, int length, float fill) {
        this.taps = taps;
        this.length = length;
        this.fill = fill;
        int first = 0;
        while (first < taps.size() && !copies(first)) {
            first++;
        }
        int last = first;
        while (last < taps.size() && copies(last) && index(last) == index(first) + last - first) {
            last++;
        }
        copied = first;
        end = last;
        empty = outside(o -> taps.count(o) == 0);
        ones = outside(this::copies);
        oneFrom = IntStream.of(ones).map(this::index).toArray();
        twos = outside(o -> taps.count(o) == 2);
        twoFrom = IntStream.of(twos).flatMap(this::entries).map(taps::index).toArray();
        twoWeights = weights(twos);
        more = outside(o -> taps.count(o) > 2 || (taps.count(o) == 1 && !copies(o)));
        moreStart = new int[more.length + 1];
        for (int i = 0; i < more.length; i++) {
            moreStart[i + 1] = moreStart[i] + taps.count(more[i]);
        }
        moreFrom = IntStream.of(more).flatMap(this::entries).map(taps::index).toArray();
        moreWeights = weights(more);
    }

    private float[] weights(int... results) {
        double[] weights =
                IntStream.of(results).flatMap(this::entries).mapToDouble(taps::weight).toArray();
        float[] narrow = new float[weights.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) weights[i];
        }
        return narrow;
    }

    private int[] outside(IntPredicate which) {
        return IntStream.range(0, taps.size())
                .filter(o -> (o < copied || o >= end) && which.test(o))
                .toArray();
    }

    private IntStream entries(int o) {
        return IntStream.range(taps.start(o), taps.start(o) + taps.count(o));
    }

    private boolean copies(int o) {
        return taps.count(o) == 1 && taps.weight(taps.start(o)) == 1;
    }

    private int index(int o) {
        return taps.index(taps.start(o));
    }

    /** Elements of a row of the source. */
    int length() {
        return length;
    }

    /** Elements of a row of the result. */
    int results() {
        return taps.size();
    }

    /** Makes the row at {@code at} of that at {@code first}. */
    void sample(float[] from, int first, float[] to, int at) {
        if (end > copied) {
            System.arraycopy(from, first + index(copied), to, at + copied, end - copied);
        }
        for (int i = 0; i < ones.length; i++) {
            to[at + ones[i]] = from[first + oneFrom[i]];
        }
        for (int i = 0; i < twos.length; i++) {
            to[at + twos[i]] =
                    twoWeights[2 * i] * from[first + twoFrom[2 * i]]
                            + twoWeights[2 * i + 1] * from[first + twoFrom[2 * i + 1]];
        }
        for (int o : empty) {
            to[at + o] = fill;
        }
        for (int i = 0; i < more.length; i++) {
            float sum = 0;
            for (int t = moreStart[i]; t < moreStart[i + 1]; t++) {
                sum += moreWeights[t] * from[first + moreFrom[t]];
            }
            to[at + more[i]] = sum;
        }
    }
}
