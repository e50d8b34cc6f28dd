package io.retrograd.backend.cuda.nvidia;

import io.retrograd.backend.cuda.CudaAsked;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An engine of cuDNN's that can compute a pass of a convolution.
 *
 * @param number cuDNN's
 * @param workspace bytes that it needs meanwhile
 * @param notes what cuDNN says of its numbers, as {@code native/nvidia/engines.c} names it
 */
record Engine(int number, long workspace, Set<String> notes) {
    private static final String TENSOR_CORE = "tensor-core";
    private static final String NONDETERMINISTIC = "nondeterministic";

    /** What no precision of ours allows: factors or sums rounded to fewer bits than it says. */
    private static final Set<String> LESS_PRECISE =
            Set.of("down-convert", "reduced-precision", "unknown");

    /** The engines of a line that {@code engines} printed; none where cuDNN refuses the pass. */
    static List<Engine> list(String line) {
        return line.isEmpty() || line.startsWith("refused")
                ? List.of()
                : Stream.of(line.split(" ", -1)).map(Engine::of).toList();
    }

    private static Engine of(String text) {
        String[] parts = text.split(":", -1);
        Set<String> notes = parts[2].equals("-") ? Set.of() : Set.of(parts[2].split("\\+", -1));
        return new Engine(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), notes);
    }

    /** Whether its products are as precise as this. */
    boolean allowed(CudaAsked.Precision precision) {
        return notes.stream().noneMatch(LESS_PRECISE::contains)
                && (precision.tensorCores() || !notes.contains(TENSOR_CORE));
    }

    /** Whether it gives the same bits every time. */
    boolean deterministic() {
        return !notes.contains(NONDETERMINISTIC);
    }
}
