package io.retrograd.backend.reference;

import io.retrograd.operation.Products;

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
 *   dx[n,c,i] = Σ_k Σ_{o,r that meet i} w[k,c,r]·dy[n,k,o]      the transposed convolution
 *   dw[k,c,r] = Σ_n Σ_o dy[n,k,o]·x[n,c,i]                      the correlation of x with dy
 *   db[k]     = Σ_n Σ_o dy[n,k,o]
 * </pre>
 */
final class ReferenceConvolution extends ReferenceProduct {
    private final ConvolutionLoops loops;
    private final WorkerPool.Body forwardPlane = this::forwardPlane;
    private final WorkerPool.Body inputGradientPlane = this::inputGradientPlane;
    private final WorkerPool.Body weightGradientChannel = this::weightGradientChannel;

    ReferenceConvolution(WorkerPool pool, Products.Convolution o) {
        super(pool, o);
        loops = new ConvolutionLoops(o.spec(), x, w, y);
    }

    @Override
    public void forward() {
        pool.run(loops.yPlanes(), forwardPlane);
    }

    private void forwardPlane(int plane) {
        loops.correlate(plane, x, w, b, y);
    }

    @Override
    public void backward() {
        if (x.gradient() != null) {
            pool.run(loops.xPlanes(), inputGradientPlane);
        }
        pool.run(loops.yChannels(), weightGradientChannel);
    }

    private void inputGradientPlane(int plane) {
        loops.spread(plane, gradient(y), w, /* b= */ null, gradient(x));
    }

    private void weightGradientChannel(int k) {
        ReferenceTensor dy = gradient(y);
        if (w.gradient() != null) {
            loops.weights(k, x, dy, gradient(w));
        }
        if (b != null && b.gradient() != null) {
            gradient(b).set(k, ConvolutionLoops.sum(k, dy));
        }
    }
}
