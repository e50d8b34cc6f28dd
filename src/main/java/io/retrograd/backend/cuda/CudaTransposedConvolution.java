package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.ConvolutionWay.Operands;
import io.retrograd.operation.TransposedConvolutionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolution: the convolution from y to x, turned around.
 *
 * <pre>
 *   x (N, C, in...)    w (C, K/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   o = i·stride + r·dilation − padding, for each spatial dimension; o outside y is dropped:
 *
 *   y[n,k,o]  = b[k] + Σ_c Σ_{i,r that meet o} w[c,k,r]·x[n,c,i]
 *
 *   dx[n,c,i] = Σ_k Σ_r w[c,k,r]·dy[n,k,o]
 *   dw[c,k,r] = Σ_n Σ_i x[n,c,i]·dy[n,k,o]
 *   db[k]     = Σ_n Σ_o dy[n,k,o]
 * </pre>
 */
final class CudaTransposedConvolution extends ConvolvingOp {
    CudaTransposedConvolution(
            TransposedConvolutionSpec spec,
            CudaTensor x,
            CudaTensor w,
            @Nullable CudaTensor b,
            CudaTensor y) {
        super(ConvolutionShape.of(spec.convolution(), y, w, x), x, w, b, y);
    }

    @Override
    ConvolutionPass forwards() {
        return ConvolutionPass.BACKWARD_DATA;
    }

    @Override
    ConvolutionPass backwards() {
        return ConvolutionPass.FORWARD;
    }

    @Override
    Operands operands(CudaTensor input, CudaTensor weight, CudaTensor output) {
        return new Operands(output, weight, input);
    }
}
