package io.retrograd.backend.cuda;

import static jcuda.jcudnn.JCudnn.cudnnSoftmaxBackward;
import static jcuda.jcudnn.JCudnn.cudnnSoftmaxForward;
import static jcuda.jcudnn.cudnnSoftmaxAlgorithm.CUDNN_SOFTMAX_ACCURATE;
import static jcuda.jcudnn.cudnnSoftmaxAlgorithm.CUDNN_SOFTMAX_LOG;
import static jcuda.jcudnn.cudnnSoftmaxMode.CUDNN_SOFTMAX_MODE_CHANNEL;

import java.util.List;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Softmax or its logarithm along one dimension, by cuDNN.
 *
 * <pre>
 *   x, y (outer..., D, inner...)        sums over the D elements of a line
 *
 *   softmax:  y = e^(x − max) / Σ e^(x − max)          dx = y·(dy − Σ y·dy)
 *   log:      y = x − max − log Σ e^(x − max)          dx = dy − e^y·Σ dy
 * </pre>
 */
final class CudaSoftmax extends CudaOp {
    private final int algorithm;
    private final int dim;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaSoftmax(boolean log, int dim, CudaTensor x, CudaTensor y) {
        super(x.device());
        algorithm = log ? CUDNN_SOFTMAX_LOG : CUDNN_SOFTMAX_ACCURATE;
        this.dim = dim;
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int inner = Math.toIntExact(x.shape().tail(dim + 1).size());
        int length = x.dim(dim);
        int outer = x.size() / (inner * length);
        cudnnTensorDescriptor lines = descriptors().tensor(List.of(outer, length, inner));
        forwardPass()
                .add(
                        "cudnn softmax",
                        () ->
                                cudnnSoftmaxForward(
                                        device().dnn(),
                                        algorithm,
                                        CUDNN_SOFTMAX_MODE_CHANNEL,
                                        device().one(),
                                        lines,
                                        x.pointer(),
                                        device().zero(),
                                        lines,
                                        y.pointer()));
        CudaTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        CudaTensor dy = y.requireGradient();
        backwardPass().reads(y);
        backwardPass()
                .add(
                        "cudnn softmax backward",
                        () ->
                                cudnnSoftmaxBackward(
                                        device().dnn(),
                                        algorithm,
                                        CUDNN_SOFTMAX_MODE_CHANNEL,
                                        device().one(),
                                        lines,
                                        y.pointer(),
                                        lines,
                                        dy.pointer(),
                                        device().zero(),
                                        lines,
                                        dx.pointer()));
    }
}
