package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import java.util.List;

/** Clamps every gradient element to [−limit, limit]; {@code kernels/gradients.cu}. */
final class CudaClipValue extends CudaUpdate {
    private final double limit;

    CudaClipValue(CudaDevice device, double limit, Selection parameters) {
        super(device, parameters, List.of());
        this.limit = limit;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch("clip_value", chunks.grid(), chunks.table(), limit);
    }
}
