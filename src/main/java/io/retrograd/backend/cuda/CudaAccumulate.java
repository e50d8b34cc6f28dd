package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import java.util.List;

/** Adds up gradients; {@code kernels/gradients.cu}. */
final class CudaAccumulate extends CudaUpdate {
    static final String SLOT = "accumulated";

    CudaAccumulate(CudaDevice device, Selection parameters) {
        super(device, parameters, List.of(parameters.slot(SLOT)));
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch("accumulate", chunks.grid(), chunks.table(), control());
    }
}
