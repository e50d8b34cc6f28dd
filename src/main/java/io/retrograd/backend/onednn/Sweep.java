package io.retrograd.backend.onednn;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Elementwise work over all parameters, gradients and optimizer memory, as if each were one vector.
 *
 * <p>The vectors are cut into pieces that fit a cache; all primitives work on one piece before the
 * next is begun, so that memory is read once. What lies between tensors is zero and stays so.
 */
final class Sweep {
    private static final int PIECE = 1 << 17;

    private final List<List<Primitive>> pieces = new ArrayList<>();

    /** Makes the primitives for one piece of every vector. */
    @FunctionalInterface
    interface Maker {
        List<Primitive> make(List<OneDnnTensor> vectors);
    }

    /**
     * A sweep.
     *
     * @param vectors tensors that correspond to each other one by one, in memory
     */
    Sweep(List<? extends Collection<Tensor>> vectors, Maker maker) {
        List<List<OneDnnTensor>> roles = new ArrayList<>();
        vectors.forEach(vector -> roles.add(OneDnnOp.own(List.copyOf(vector))));
        int tensors = roles.get(0).size();
        int first = 0;
        for (int i = 1; i <= tensors; i++) {
            if (i == tensors || !adjacent(roles, i)) {
                cut(roles, first, i, maker);
                first = i;
            }
        }
    }

    /** Runs all primitives on all pieces. */
    void run() {
        for (int i = 0; i < pieces.size(); i++) {
            List<Primitive> piece = pieces.get(i);
            for (int j = 0; j < piece.size(); j++) {
                piece.get(j).run();
            }
        }
    }

    /** Whether tensor i follows the one before without a gap, in every vector. */
    private static boolean adjacent(List<List<OneDnnTensor>> roles, int i) {
        return roles.stream()
                .allMatch(
                        vector ->
                                vector.get(i - 1).address() + padded(vector.get(i - 1))
                                        == vector.get(i).address());
    }

    private static long padded(OneDnnTensor tensor) {
        return Math.floorDiv(tensor.bytes() + Memory.ALIGNMENT - 1, (long) Memory.ALIGNMENT)
                * Memory.ALIGNMENT;
    }

    private void cut(List<List<OneDnnTensor>> roles, int from, int to, Maker maker) {
        for (List<OneDnnTensor> vector : roles) {
            for (int i = from; i < to; i++) {
                if (padded(vector.get(i)) != padded(roles.get(0).get(i))) {
                    throw new IllegalStateException(
                            vector.get(i) + ": expected the layout of " + roles.get(0).get(i));
                }
            }
        }
        long elements = 0;
        for (int i = from; i < to; i++) {
            elements += padded(roles.get(0).get(i)) / Float.BYTES;
        }
        for (long at = 0; at < elements; at += PIECE) {
            int offset = Math.toIntExact(at);
            int count = (int) Math.min(PIECE, elements - at);
            pieces.add(
                    maker.make(
                            roles.stream()
                                    .map(vector -> vector.get(from).window(offset, count))
                                    .toList()));
        }
    }
}
