package io.retrograd.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * cuDNN's algorithms for a convolution of 2 or 3 dimensions; one of 1 is taken for one of 2 with a
 * height of 1.
 */
final class CudnnConvolution {
    private static final int LEAST_DIMS = 2;

    /** Transforms over tiles of 4 by 4 add and cancel: some times to ten times a sum's errors. */
    private static final double WINOGRAD_ERRORS = 16;

    private final CudaDevice device;
    private final Descriptors descriptors;
    private final ConvolutionShape shape;
    private final int dims;
    private final cudnnTensorDescriptor x;
    private final cudnnFilterDescriptor w;
    private final cudnnTensorDescriptor y;

    private CudnnConvolution(CudaDevice device, Descriptors descriptors, ConvolutionShape shape) {
        this.device = device;
        this.descriptors = descriptors;
        this.shape = shape;
        dims = Math.max(LEAST_DIMS, shape.dims());
        x = descriptors.tensor(shape.x(dims));
        w = descriptors.filter(shape.w(dims));
        y = descriptors.tensor(shape.y(dims));
    }

    /**
     * What cuDNN has for a pass.
     *
     * @param ways what it expects to be the fastest first
     * @param refusal why it has none, in its own words; else empty
     */
    record Offer(List<ConvolutionWay> ways, String refusal) {}

    /**
     * What cuDNN has for a pass.
     *
     * @throws CudnnException if it cannot tell, because something is wrong with the machine
     */
    static Offer offer(
            CudaDevice device,
            Descriptors descriptors,
            ConvolutionShape shape,
            ConvolutionPass pass) {
        if (!shape.full()) {
            return new Offer(List.of(), "");
        }
        try {
            CudnnConvolution convolution = new CudnnConvolution(device, descriptors, shape);
            return new Offer(convolution.ways(pass), "");
        } catch (CudnnException e) {
            return new Offer(List.of(), refusal(e));
        }
    }

    private static String refusal(CudnnException e) {
        if (!e.refuses()) {
            throw e;
        }
        return String.valueOf(e.getMessage());
    }

    private List<ConvolutionWay> ways(ConvolutionPass pass) {
        CudaPrecision precision = device.precision();
        cudnnConvolutionDescriptor any = convolution(precision.mathType());
        List<CudnnAlgorithm> algorithms =
                switch (pass) {
                    case FORWARD -> CudnnAlgorithm.forward(device.dnn(), x, w, any, y);
                    case BACKWARD_DATA -> CudnnAlgorithm.backwardData(device.dnn(), w, y, any, x);
                    case BACKWARD_FILTER ->
                            CudnnAlgorithm.backwardFilter(device.dnn(), x, y, any, w);
                };
        List<ConvolutionWay> ways = new ArrayList<>();
        for (CudnnAlgorithm algorithm : algorithms) {
            if (precision.allows(algorithm.math())) {
                add(ways, pass, algorithm);
            }
        }
        return ways;
    }

    /** Adds an algorithm, unless cuDNN refuses it after all. */
    private void add(List<ConvolutionWay> ways, ConvolutionPass pass, CudnnAlgorithm algorithm) {
        cudnnConvolutionDescriptor how = convolution(device.precision().mathType(algorithm.math()));
        try {
            long bytes = workspaceBytes(pass, how, algorithm.number());
            ways.add(new Way(pass, algorithm, how, bytes));
        } catch (CudnnException e) {
            refusal(e);
        }
    }

    private cudnnConvolutionDescriptor convolution(int math) {
        return descriptors.convolution(
                shape.last(dims, ConvolutionShape.Axis::padding),
                shape.last(dims, ConvolutionShape.Axis::stride),
                shape.last(dims, ConvolutionShape.Axis::dilation),
                shape.groups(),
                math);
    }

    private long workspaceBytes(
            ConvolutionPass pass, cudnnConvolutionDescriptor how, int algorithm) {
        long[] bytes = new long[1];
        switch (pass) {
            case FORWARD ->
                    Cudnn.check(
                            "cudnnGetConvolutionForwardWorkspaceSize",
                            JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                                    device.dnn(), x, w, how, y, algorithm, bytes));
            case BACKWARD_DATA ->
                    Cudnn.check(
                            "cudnnGetConvolutionBackwardDataWorkspaceSize",
                            JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
                                    device.dnn(), w, y, how, x, algorithm, bytes));
            case BACKWARD_FILTER ->
                    Cudnn.check(
                            "cudnnGetConvolutionBackwardFilterWorkspaceSize",
                            JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                                    device.dnn(), x, y, how, w, algorithm, bytes));
        }
        return Cudnn.bytes("workspace of " + pass, bytes[0]);
    }

    /** One algorithm. */
    private final class Way implements ConvolutionWay {
        private final ConvolutionPass pass;
        private final CudnnAlgorithm algorithm;
        private final cudnnConvolutionDescriptor how;
        private final long workspaceBytes;

        Way(
                ConvolutionPass pass,
                CudnnAlgorithm algorithm,
                cudnnConvolutionDescriptor how,
                long workspaceBytes) {
            this.pass = pass;
            this.algorithm = algorithm;
            this.how = how;
            this.workspaceBytes = workspaceBytes;
        }

        @Override
        public String name() {
            boolean tensorCores = algorithm.math() == cudnnMathType.CUDNN_TENSOR_OP_MATH;
            return "cudnn " + algorithm.name() + (tensorCores ? " on tensor cores" : "");
        }

        @Override
        public long workspaceBytes() {
            return workspaceBytes;
        }

        @Override
        public boolean deterministic() {
            return algorithm.deterministic();
        }

        @Override
        public boolean own() {
            return false;
        }

        @Override
        public double errorFactor() {
            return algorithm.name().startsWith("WINOGRAD") ? WINOGRAD_ERRORS : 1;
        }

        @Override
        public Runnable on(Operands tensors, @Nullable CudaTensor workspace) {
            return switch (pass) {
                case FORWARD -> forward(tensors, workspace);
                case BACKWARD_DATA -> backwardData(tensors, workspace);
                case BACKWARD_FILTER -> backwardFilter(tensors, workspace);
            };
        }

        private Runnable forward(Operands tensors, @Nullable CudaTensor workspace) {
            return () ->
                    Cudnn.check(
                            "cudnnConvolutionForward",
                            JCudnn.cudnnConvolutionForward(
                                    device.dnn(),
                                    device.one(),
                                    x,
                                    tensors.x().pointer(),
                                    w,
                                    tensors.w().pointer(),
                                    how,
                                    algorithm.number(),
                                    pointer(workspace),
                                    workspaceBytes,
                                    device.zero(),
                                    y,
                                    tensors.y().pointer()));
        }

        private Runnable backwardData(Operands tensors, @Nullable CudaTensor workspace) {
            return () ->
                    Cudnn.check(
                            "cudnnConvolutionBackwardData",
                            JCudnn.cudnnConvolutionBackwardData(
                                    device.dnn(),
                                    device.one(),
                                    w,
                                    tensors.w().pointer(),
                                    y,
                                    tensors.y().pointer(),
                                    how,
                                    algorithm.number(),
                                    pointer(workspace),
                                    workspaceBytes,
                                    device.zero(),
                                    x,
                                    tensors.x().pointer()));
        }

        private Runnable backwardFilter(Operands tensors, @Nullable CudaTensor workspace) {
            return () ->
                    Cudnn.check(
                            "cudnnConvolutionBackwardFilter",
                            JCudnn.cudnnConvolutionBackwardFilter(
                                    device.dnn(),
                                    device.one(),
                                    x,
                                    tensors.x().pointer(),
                                    y,
                                    tensors.y().pointer(),
                                    how,
                                    algorithm.number(),
                                    pointer(workspace),
                                    workspaceBytes,
                                    device.zero(),
                                    w,
                                    tensors.w().pointer()));
        }
    }

    private static @Nullable Pointer pointer(@Nullable CudaTensor workspace) {
        return workspace == null ? null : workspace.pointer();
    }
}
