package io.retrograd.backend.cuda;

import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnForwardMode;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnWgradMode;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a recurrent network by cuDNN, for sequences that all have every step: cuDNN takes
 * lengths from the host, where a recorded step could not change them.
 *
 * <p>cuDNN has weights in one block, {@link RecurrentWeights}, into which they are copied before
 * forward, and their gradients out of one after backward. What forward reserves for backward, that
 * one overwrites; it works on a copy, so that it may run again.
 */
final class CudnnRecurrent {
    private final CudaRecurrent op;
    private final CudaDevice device;
    private final RecurrentTensors tensors;
    private final cudnnRNNDescriptor rnn;
    private final cudnnRNNDataDescriptor x;
    private final cudnnRNNDataDescriptor y;
    private final cudnnTensorDescriptor state;
    private final RecurrentWeights weights;
    private final CudaTensor space;

    CudnnRecurrent(CudaRecurrent op, RecurrentTensors tensors) {
        this.op = op;
        this.tensors = tensors;
        device = op.device();
        int hidden = tensors.spec().hidden();
        int directions = tensors.spec().directions();
        Descriptors descriptors = op.descriptors();
        rnn = descriptors.recurrent(tensors.spec(), tensors.inputs());
        x = descriptors.sequences(tensors.batch(), tensors.steps(), tensors.inputs());
        y = descriptors.sequences(tensors.batch(), tensors.steps(), directions * hidden);
        state = descriptors.packed(directions, tensors.batch(), hidden);
        weights = new RecurrentWeights(device, rnn, tensors, descriptors);
        space = op.save(tensors.y().name() + ".weights", weights.bytes());
    }

    /** Lists both passes. */
    void list() {
        boolean training = tensors.y().gradient() != null;
        int mode =
                training
                        ? cudnnForwardMode.CUDNN_FWD_MODE_TRAINING
                        : cudnnForwardMode.CUDNN_FWD_MODE_INFERENCE;
        long[] work = new long[1];
        long[] reserve = new long[1];
        Cudnn.check(
                "cudnnGetRNNTempSpaceSizes",
                JCudnn.cudnnGetRNNTempSpaceSizes(device.dnn(), rnn, mode, x, work, reserve));
        CudaTensor reserved = training ? op.save("reserve", atLeastOne(reserve[0])) : null;
        forward(mode, work[0], reserved);
        if (reserved != null) {
            backward(work[0], reserved);
        }
    }

    private static long atLeastOne(long bytes) {
        return Math.max(1, Cudnn.bytes("cudnnGetRNNTempSpaceSizes", bytes));
    }

    private static @Nullable CUdeviceptr pointer(@Nullable CudaTensor tensor) {
        return tensor == null ? null : tensor.pointer();
    }

    private static @Nullable CudaTensor gradient(@Nullable CudaTensor tensor) {
        return tensor == null ? null : tensor.gradient();
    }

    private void forward(int mode, long workBytes, @Nullable CudaTensor reserved) {
        CudaPass pass = op.forwardPass();
        CudaTensor work = pass.workspace("workspace", atLeastOne(workBytes));
        // JCuda takes no null here.
        Pointer none = new Pointer();
        pass.add("copies of the weights", weights.into(space, List.copyOf(tensors.weights())));
        pass.add(
                "cudnn rnn",
                () ->
                        Cudnn.check(
                                "cudnnRNNForward",
                                JCudnn.cudnnRNNForward(
                                        device.dnn(),
                                        rnn,
                                        mode,
                                        null,
                                        x,
                                        tensors.x().pointer(),
                                        y,
                                        tensors.y().pointer(),
                                        state,
                                        pointer(tensors.initial(0)),
                                        pointer(tensors.last(0)),
                                        state,
                                        pointer(tensors.initial(1)),
                                        pointer(tensors.last(1)),
                                        space.bytes(),
                                        space.pointer(),
                                        work.bytes(),
                                        work.pointer(),
                                        reserved == null ? 0 : reserved.bytes(),
                                        reserved == null ? none : reserved.pointer())));
    }

    private void backward(long workBytes, CudaTensor reserved) {
        CudaPass pass = op.backwardPass();
        CudaTensor work = pass.workspace("workspace", atLeastOne(workBytes));
        CudaTensor reserve = pass.workspace("reserve", reserved.bytes());
        CudaTensor dspace = pass.workspace("dweights", space.bytes());
        pass.reads(tensors.x(), tensors.y());
        pass.reads(tensors.states().toArray(CudaTensor[]::new));
        pass.copy(reserved, reserve);
        listBackwardData(pass, work, reserve);
        pass.zero(dspace);
        pass.add(
                "cudnn rnn backward weights",
                () ->
                        Cudnn.check(
                                "cudnnRNNBackwardWeights_v8",
                                JCudnn.cudnnRNNBackwardWeights_v8(
                                        device.dnn(),
                                        rnn,
                                        cudnnWgradMode.CUDNN_WGRAD_MODE_ADD,
                                        null,
                                        x,
                                        tensors.x().pointer(),
                                        state,
                                        pointer(tensors.initial(0)),
                                        y,
                                        tensors.y().pointer(),
                                        dspace.bytes(),
                                        dspace.pointer(),
                                        work.bytes(),
                                        work.pointer(),
                                        reserve.bytes(),
                                        reserve.pointer())));
        List<CudaTensor> gradients =
                tensors.weights().stream().map(CudaTensor::requireGradient).toList();
        pass.add("copies of the weights' gradients", weights.outOf(dspace, gradients));
    }

    private void listBackwardData(CudaPass pass, CudaTensor work, CudaTensor reserve) {
        CudaTensor wanted = tensors.x().gradient();
        CudaTensor dx =
                wanted == null
                        ? pass.temporary("dx", tensors.x().dtype(), tensors.x().size())
                        : wanted;
        CudaTensor dy = tensors.y().requireGradient();
        pass.add(
                "cudnn rnn backward data",
                () ->
                        Cudnn.check(
                                "cudnnRNNBackwardData_v8",
                                JCudnn.cudnnRNNBackwardData_v8(
                                        device.dnn(),
                                        rnn,
                                        null,
                                        y,
                                        tensors.y().pointer(),
                                        dy.pointer(),
                                        x,
                                        dx.pointer(),
                                        state,
                                        pointer(tensors.initial(0)),
                                        pointer(gradient(tensors.last(0))),
                                        pointer(gradient(tensors.initial(0))),
                                        state,
                                        pointer(tensors.initial(1)),
                                        pointer(gradient(tensors.last(1))),
                                        pointer(gradient(tensors.initial(1))),
                                        space.bytes(),
                                        space.pointer(),
                                        work.bytes(),
                                        work.pointer(),
                                        reserve.bytes(),
                                        reserve.pointer())));
    }
}
