package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.backend.Selection;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's parameters cut into chunks, as a table in the GPU's memory; {@code
 * kernels/parameters.cuh}.
 */
final class Chunks {
    /** Elements of a chunk: few enough that a small model occupies the GPU. */
    private static final int LARGEST = 2048;

    private static final int SLOTS = 3;
    private static final int WORD_BITS = 32;

    private final CudaTensor table;
    private final int count;

    private Chunks(CudaTensor table, int count) {
        this.table = table;
        this.count = count;
    }

    /**
     * Makes the table.
     *
     * @param slots what an optimizer keeps of each parameter: at most three lists in the
     *     parameters' order
     */
    static Chunks of(CudaDevice device, Selection parameters, List<List<Tensor>> slots) {
        List<Double> words = new ArrayList<>();
        int count = 0;
        int k = 0;
        for (Tensor parameter : parameters.tensors()) {
            CudaTensor w = CudaOp.own(parameter);
            Selection.Treatment treatment = parameters.treatment(parameter);
            int firstChunk = count;
            int chunks = Math.floorDiv(w.size() + LARGEST - 1, LARGEST);
            for (int first = 0; first < w.size(); first += LARGEST) {
                addAddress(words, w, first);
                addAddress(words, w.requireGradient(), first);
                for (int slot = 0; slot < SLOTS; slot++) {
                    if (slot < slots.size()) {
                        addAddress(words, CudaOp.own(slots.get(slot).get(k)), first);
                    } else {
                        addLong(words, 0);
                    }
                }
                addDouble(words, treatment.rate());
                addDouble(words, treatment.weightDecay());
                words.add((double) Math.min(LARGEST, w.size() - first));
                words.add(w.shape().rank() >= 2 ? 1.0 : 0.0);
                words.add((double) firstChunk);
                words.add((double) chunks);
                count++;
            }
            k++;
        }
        return new Chunks(table(device, parameters, words), count);
    }

    private static CudaTensor table(CudaDevice device, Selection parameters, List<Double> words) {
        CudaTensor table = CudaTensor.own(device, "chunks", DType.INT32, words.size());
        Memory memory = parameters.backend().memory();
        memory.place(table, parameters.allocate(memory.footprint(table)), 0);
        table.setAll(words::get);
        return table;
    }

    private static void addAddress(List<Double> words, CudaTensor tensor, int first) {
        addLong(words, tensor.address() + (long) first * tensor.dtype().bytes());
    }

    private static void addLong(List<Double> words, long value) {
        words.add((double) (int) value);
        words.add((double) (int) (value >>> WORD_BITS));
    }

    private static void addDouble(List<Double> words, double value) {
        addLong(words, Double.doubleToRawLongBits(value));
    }

    /** The table, as kernels take it. */
    CudaTensor table() {
        return table;
    }

    int count() {
        return count;
    }

    /** A block for each chunk. */
    Grid grid() {
        return Grid.of(count, Grid.THREADS);
    }
}
