package io.retrograd.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs made of others by cutting, joining and changing a few bytes; the same for a seed. */
final class Mutations {
    private static final int MOST_CHANGES = 4;
    private static final byte[] EXTREMES = {0, 1, 9, 10, '"', '{', '[', '-', '9', 127, -128, -1};

    private final List<byte[]> corpus;
    private final SplittableRandom random;

    Mutations(List<byte[]> corpus, long seed) {
        this.corpus = corpus;
        random = new SplittableRandom(seed);
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    byte[] next() {
        byte[] input = any();
        for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
            input = change(input);
        }
        return input;
    }

    private byte[] change(byte[] input) {
        int at = random.nextInt(input.length + 1);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(input, at);
            case 1 -> join(input, at, any(), random.nextInt(input.length + 1));
            case 2 -> join(input, at, input, Math.min(input.length, at + 1 + random.nextInt(8)));
            case 3 -> join(input, at, input, Math.max(0, at - 1 - random.nextInt(8)));
            case 4 -> put(input, at, (byte) random.nextInt(256));
            case 5 -> put(input, at, EXTREMES[random.nextInt(EXTREMES.length)]);
            default -> extremeNumber(input, at);
        };
    }

    /** The one's beginning and the other's end. */
    private static byte[] join(byte[] one, int end, byte[] other, int begin) {
        int from = Math.min(begin, other.length);
        byte[] joined = Arrays.copyOf(one, end + other.length - from);
        System.arraycopy(other, from, joined, end, other.length - from);
        return joined;
    }

    private static byte[] put(byte[] input, int at, byte value) {
        byte[] changed = input.clone();
        if (at < input.length) {
            changed[at] = value;
        }
        return changed;
    }

    /** Four bytes that are the least or the largest number, or one of few bits. */
    private byte[] extremeNumber(byte[] input, int at) {
        int number =
                switch (random.nextInt(4)) {
                    case 0 -> Integer.MAX_VALUE;
                    case 1 -> Integer.MIN_VALUE;
                    case 2 -> -1;
                    default -> 1 << random.nextInt(31);
                };
        byte[] changed = input.clone();
        for (int i = 0; i < 4 && at + i < input.length; i++) {
            changed[at + i] = (byte) (number >> (8 * i));
        }
        return changed;
    }
}
