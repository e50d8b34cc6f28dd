package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import io.retrograd.backend.Memory;
import io.retrograd.backend.Selection;
import io.retrograd.tensor.Tensor;
import java.lang.ref.Reference;
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
    /** The most elements that a piece has. */
    private static final int PIECE = 1 << 18;

    private final List<Primitive> primitives = new ArrayList<>();

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
        if (tensors > 0) {
            provideScratchpads(roles.get(0).get(0).engine(), primitives);
        }
        OneDnnMemory.whenUnreachable(this, new Releasing(primitives));
    }

    /** Releases primitives; for whatever keeps them has become unreachable. */
    record Releasing(List<Primitive> primitives) implements Runnable {
        @Override
        public void run() {
            primitives.forEach(Primitive::release);
        }
    }

    /** The first vectors of every optimizer: all parameters, and all their gradients. */
    static List<List<Tensor>> parametersAndGradients(Selection parameters) {
        List<Tensor> weights = List.copyOf(parameters.tensors());
        List<List<Tensor>> vectors = new ArrayList<>();
        vectors.add(weights);
        vectors.add(weights.stream().map(Tensor::requireGrad).toList());
        return vectors;
    }

    /** Runs all primitives on all pieces. */
    void run() {
        try {
            for (int i = 0; i < primitives.size(); i++) {
                primitives.get(i).run();
            }
        } finally {
            Reference.reachabilityFence(this);
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

    /** Bytes of a tensor and of what lies between it and the next. */
    static long padded(OneDnnTensor tensor) {
        return Math.floorDiv(tensor.bytes() + Memory.ALIGNMENT - 1, (long) Memory.ALIGNMENT)
                * Memory.ALIGNMENT;
    }

    private void cut(List<List<OneDnnTensor>> roles, int from, int to, Maker maker) {
        for (List<OneDnnTensor> vector : roles) {
            for (int i = from; i < to; i++) {
                if (!vector.get(i).layout().equals(roles.get(0).get(i).layout())) {
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
            primitives.addAll(
                    maker.make(
                            roles.stream()
                                    .map(vector -> vector.get(from).window(offset, count))
                                    .toList()));
        }
    }

    /** Gives the primitives the memory that they need while they run, the same to all of them. */
    static void provideScratchpads(Engine engine, List<Primitive> primitives) {
        OneDnnMemory.Block block = OneDnnMemory.Block.collected(largestScratchpad(primitives));
        for (Primitive primitive : primitives) {
            Layout layout = primitive.scratchpad();
            if (layout != null) {
                OneDnnTensor tensor = OneDnnTensor.of(engine, "scratchpad", layout);
                tensor.place(block, 0);
                primitive.with(DNNL_ARG_SCRATCHPAD, tensor);
            }
        }
    }

    private static long largestScratchpad(List<Primitive> primitives) {
        long largest = 0;
        for (Primitive primitive : primitives) {
            Layout layout = primitive.scratchpad();
            largest = Math.max(largest, layout == null ? 0 : layout.bytes());
        }
        return largest;
    }
}
