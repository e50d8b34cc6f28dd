package io.retrograd.operation;

import java.util.ArrayList;
import java.util.List;

/**
 * One dimension of a {@link Samplings}: which inputs each output adds up, and with which weights.
 *
 * @param kind how output o finds its inputs
 * @param in inputs, at least 1
 * @param out outputs, at least 1
 * @param before outputs before the first input; negative where inputs are left out. 0 for kinds
 *     that stretch
 */
public record SamplingAxis(Kind kind, int in, int out, int before) {
    /** What output o reads; kernels share the order of the constants. */
    public enum Kind {
        /** Input {@code o − before}, none where there is no such input. */
        SHIFT,
        /** Input {@code o − before}, mirrored at the first and the last input. */
        REFLECT,
        /** Input {@code o − before}, or the nearest that there is. */
        REPLICATE,
        /** Input {@code ⌊o·in/out⌋}. */
        NEAREST,
        /** Both neighbours of {@code (o + ½)·in/out − ½}, weighed by their distance. */
        LINEAR,
        /** Both neighbours of {@code o·(in − 1)/(out − 1)}, weighed by their distance. */
        LINEAR_ALIGNED
    }

    /** Each output is the input of its number. */
    public static SamplingAxis identity(int size) {
        return new SamplingAxis(Kind.SHIFT, size, size, /* before= */ 0);
    }

    /** Whether each output is the input of its number. */
    public boolean isIdentity() {
        return in == out && before == 0;
    }

    /** For each output its inputs. */
    public Taps taps() {
        List<List<Taps.Tap>> taps = new ArrayList<>();
        for (int o = 0; o < out; o++) {
            taps.add(taps(o));
        }
        return new Taps(taps);
    }

    /** For each input the outputs that read it. */
    public Taps readers() {
        return taps().transposed(in);
    }

    private List<Taps.Tap> taps(int o) {
        int shifted = o - before;
        return switch (kind) {
            case SHIFT -> shifted >= 0 && shifted < in ? one(shifted) : List.of();
            case REFLECT -> one(shifted < 0 ? -shifted : Math.min(shifted, 2 * (in - 1) - shifted));
            case REPLICATE -> one(Math.max(0, Math.min(shifted, in - 1)));
            case NEAREST -> one((int) ((long) o * in / out));
            case LINEAR -> between(Math.max(0, (o + 0.5) * in / out - 0.5));
            case LINEAR_ALIGNED -> between(out == 1 ? 0 : (double) o * (in - 1) / (out - 1));
        };
    }

    private static List<Taps.Tap> one(int index) {
        return List.of(new Taps.Tap(index, 1));
    }

    private List<Taps.Tap> between(double at) {
        int low = Math.min((int) at, in - 1);
        double share = at - low;
        return low == in - 1 || share == 0
                ? one(low)
                : List.of(new Taps.Tap(low, 1 - share), new Taps.Tap(low + 1, share));
    }

    /** A table of indices and weights. */
    public static final class Taps {
        private final int[] starts;
        private final int[] indices;
        private final double[] weights;

        /** An index with its weight. */
        record Tap(int index, double weight) {}

        Taps(List<List<Tap>> taps) {
            starts = new int[taps.size() + 1];
            for (int i = 0; i < taps.size(); i++) {
                starts[i + 1] = starts[i] + taps.get(i).size();
            }
            List<Tap> all = taps.stream().flatMap(List::stream).toList();
            indices = all.stream().mapToInt(Tap::index).toArray();
            weights = all.stream().mapToDouble(Tap::weight).toArray();
        }

        /**
         * For each index, of which there are {@code size}, the lists that have it.
         *
         * @return in ascending order
         */
        Taps transposed(int size) {
            List<List<Tap>> lists = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                lists.add(new ArrayList<>());
            }
            for (int i = 0; i < size(); i++) {
                for (int t = starts[i]; t < starts[i + 1]; t++) {
                    lists.get(indices[t]).add(new Tap(i, weights[t]));
                }
            }
            return new Taps(lists);
        }

        /** The number of lists. */
        public int size() {
            return starts.length - 1;
        }

        /** Where list i begins; it ends where the next begins. */
        public int start(int i) {
            return starts[i];
        }

        /** The number of entries in list i. */
        public int count(int i) {
            return starts[i + 1] - starts[i];
        }

        /** The index of entry t, counted over all lists. */
        public int index(int t) {
            return indices[t];
        }

        /** The weight of entry t. */
        public double weight(int t) {
            return weights[t];
        }
    }
}
