package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.tensor.DType;
import java.util.List;

/**
 * Scales all gradients so that their common norm is at most {@code maxNorm}; {@code
 * kernels/gradients.cu}.
 */
final class CudaClipNorm extends CudaUpdate {
    private final double maxNorm;

    CudaClipNorm(CudaDevice device, double maxNorm, Selection parameters) {
        super(device, parameters, List.of());
        this.maxNorm = maxNorm;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        CudaTensor partial = pass.temporary("squares", DType.FLOAT64, chunks.count());
        CudaTensor scale = pass.temporary("scale", DType.FLOAT64, 1);
        Grid one = Grid.blocks(1, chunks.count());
        pass.launch("gradient_squares", chunks.grid(), chunks.table(), partial);
        pass.launch("gradient_scale", one, partial, maxNorm, scale, chunks.count());
        pass.launch("scale_gradients", chunks.grid(), chunks.table(), scale);
    }
}
