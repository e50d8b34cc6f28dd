package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import java.util.List;

/** Puts means of accumulated gradients in their place; {@code kernels/gradients.cu}. */
final class CudaCollect extends CudaUpdate {
    CudaCollect(CudaDevice device, Selection parameters) {
        super(device, parameters, List.of(parameters.slot(CudaAccumulate.SLOT)));
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch("collect", chunks.grid(), chunks.table(), control());
    }
}
