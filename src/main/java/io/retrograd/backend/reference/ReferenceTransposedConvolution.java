package io.retrograd.backend.reference;

import io.retrograd.operation.Products;

/**
 * Transposed convolution: the gradient of a convolution with respect to its input, used forwards.
 *
 * <pre>
 *   x (N, C, in...)    w (C, K/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   o = i·stride + r·dilation − padding, for each spatial dimension; o outside y is dropped:
 *
 *   y[n,k,o]  = b[k] + Σ_c Σ_{i,r that meet o} w[c,k,r]·x[n,c,i]
 *
 *   dx[n,c,i] = Σ_k Σ_r w[c,k,r]·dy[n,k,o]      a convolution of dy
 *   dw[c,k,r] = Σ_n Σ_i x[n,c,i]·dy[n,k,o]      the correlation of dy with x
 *   db[k]     = Σ_n Σ_o dy[n,k,o]
 * </pre>
 *
 * The loops are those of the convolution from y to x.
 */
final class ReferenceTransposedConvolution extends ReferenceProduct {
    private final ConvolutionLoops loops;
    private final WorkerPool.Body forwardPlane = this::forwardPlane;
    private final WorkerPool.Body inputGradientPlane = this::inputGradientPlane;
    private final WorkerPool.Body weightGradientChannel = this::weightGradientChannel;
    private final WorkerPool.Body biasGradientChannel = this::biasGradientChannel;

    ReferenceTransposedConvolution(WorkerPool pool, Products.TransposedConvolution o) {
        super(pool, o);
        loops = new ConvolutionLoops(o.spec().convolution(), y, w, x);
    }

    @Override
    public void forward() {
        pool.run(loops.xPlanes(), forwardPlane);
    }

    private void forwardPlane(int plane) {
        loops.spread(plane, x, w, b, y);
    }

    @Override
    public void backward() {
        if (x.gradient() != null) {
            pool.run(loops.yPlanes(), inputGradientPlane);
        }
        if (w.gradient() != null) {
            pool.run(loops.yChannels(), weightGradientChannel);
        }
        if (b != null && b.gradient() != null) {
            pool.run(b.size(), biasGradientChannel);
        }
    }

    private void inputGradientPlane(int plane) {
        loops.correlate(plane, gradient(y), w, /* b= */ null, gradient(x));
    }

    private void weightGradientChannel(int c) {
        loops.weights(c, gradient(y), x, gradient(w));
    }

    private void biasGradientChannel(int k) {
        if (b != null) {
            gradient(b).set(k, ConvolutionLoops.sum(k, gradient(y)));
        }
    }
}
