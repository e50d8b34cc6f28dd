package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import java.util.List;

/** Adds the gradient of {@code l1·Σ|w| + l2/2·Σw²}; {@code kernels/gradients.cu}. */
final class CudaPenalty extends CudaUpdate {
    private final double l1;
    private final double l2;

    CudaPenalty(CudaDevice device, double l1, double l2, Selection parameters) {
        super(device, parameters, List.of());
        this.l1 = l1;
        this.l2 = l2;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch("penalty", chunks.grid(), chunks.table(), l1, l2);
    }
}
