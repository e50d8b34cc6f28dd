package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.ConvolutionWay.Operands;
import io.retrograd.operation.ConvolutionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Convolution over 1, 2 or 3 spatial dimensions.
 *
 * <pre>
 *   x (N, C, in...)    w (K, C/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   i = o·stride + r·dilation − padding, for each spatial dimension; x is 0 outside its sizes;
 *   c runs over the channels of k's group, k over those of c's group:
 *
 *   y[n,k,o]  = b[k] + Σ_c Σ_r w[k,c,r]·x[n,c,i]
 *
 *   dx[n,c,i] = Σ_k Σ_{o,r that meet i} w[k,c,r]·dy[n,k,o]
 *   dw[k,c,r] = Σ_n Σ_o dy[n,k,o]·x[n,c,i]
 *   db[k]     = Σ_n Σ_o dy[n,k,o]
 * </pre>
 */
final class CudaConvolution extends ConvolvingOp {
    CudaConvolution(
            ConvolutionSpec spec,
            CudaTensor x,
            CudaTensor w,
            @Nullable CudaTensor b,
            CudaTensor y) {
        super(ConvolutionShape.of(spec, x, w, y), x, w, b, y);
    }

    @Override
    ConvolutionPass forwards() {
        return ConvolutionPass.FORWARD;
    }

    @Override
    ConvolutionPass backwards() {
        return ConvolutionPass.BACKWARD_DATA;
    }

    @Override
    Operands operands(CudaTensor input, CudaTensor weight, CudaTensor output) {
        return new Operands(input, weight, output);
    }
}
