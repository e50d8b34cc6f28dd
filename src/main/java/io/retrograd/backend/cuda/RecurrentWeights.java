package io.retrograd.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * The block in which cuDNN has the weights of a recurrent layer, and copies into and out of it.
 *
 * <p>cuDNN numbers a direction's matrices and biases by gate, those of inputs first, then those of
 * the state: i, f, g, o for LSTM and r, z, n for GRU, as PyTorch has them one below the other.
 */
final class RecurrentWeights {
    private static final int OF_DIRECTION = 4;

    private final CudaDevice device;
    private final cudnnRNNDescriptor rnn;
    private final RecurrentTensors tensors;
    private final long bytes;
    private final cudnnTensorDescriptor matrixShape;
    private final cudnnTensorDescriptor biasShape;

    /** Bytes that lie one behind the other in the block and in a tensor. */
    private record Part(int tensor, long offset, CUdeviceptr inBlock, long address, long bytes) {
        boolean continues(Part before) {
            return tensor == before.tensor
                    && offset == before.offset + before.bytes
                    && address == before.address + before.bytes;
        }

        Part with(Part next) {
            return new Part(tensor, offset, inBlock, address, bytes + next.bytes);
        }
    }

    /** A device pointer whose address can be read. */
    private static final class Place extends CUdeviceptr {
        long address() {
            return getNativePointer() + getByteOffset();
        }
    }

    RecurrentWeights(
            CudaDevice device,
            cudnnRNNDescriptor rnn,
            RecurrentTensors tensors,
            Descriptors descriptors) {
        this.device = device;
        this.rnn = rnn;
        this.tensors = tensors;
        matrixShape = descriptors.unset();
        biasShape = descriptors.unset();
        long[] size = new long[1];
        Cudnn.check(
                "cudnnGetRNNWeightSpaceSize",
                JCudnn.cudnnGetRNNWeightSpaceSize(device.dnn(), rnn, size));
        bytes = Cudnn.bytes("cudnnGetRNNWeightSpaceSize", size[0]);
    }

    /** Of the block. */
    long bytes() {
        return bytes;
    }

    /** Copies all weights into a block. */
    Runnable into(CudaTensor block, List<CudaTensor> weights) {
        return new Copies(block, weights, /* inwards= */ true);
    }

    /** Copies a block into the weights' gradients. */
    Runnable outOf(CudaTensor block, List<CudaTensor> gradients) {
        return new Copies(block, gradients, /* inwards= */ false);
    }

    /** Where everything lies in a block; what lies together is one part. */
    private List<Part> parts(CudaTensor block) {
        List<Part> parts = new ArrayList<>();
        for (int tensor = 0; tensor < tensors.weights().size(); tensor++) {
            int gates = tensors.spec().cell().gates();
            long each = (long) tensors.weights().get(tensor).size() / gates;
            each *= tensors.y().dtype().bytes();
            for (int gate = 0; gate < gates; gate++) {
                Place place = find(block, tensor, gate);
                Part part = new Part(tensor, gate * each, place, place.address(), each);
                Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
                if (last != null && part.continues(last)) {
                    parts.set(parts.size() - 1, last.with(part));
                } else {
                    parts.add(part);
                }
            }
        }
        return parts;
    }

    /** The weights of a direction are w_ih, w_hh, b_ih, b_hh. */
    private Place find(CudaTensor block, int tensor, int gate) {
        int kind = tensor % OF_DIRECTION;
        boolean ofState = kind % 2 == 1;
        boolean bias = kind >= 2;
        Place matrix = new Place();
        Place vector = new Place();
        Cudnn.check(
                "cudnnGetRNNWeightParams",
                JCudnn.cudnnGetRNNWeightParams(
                        device.dnn(),
                        rnn,
                        tensor / OF_DIRECTION,
                        bytes,
                        block.pointer(),
                        ofState ? tensors.spec().cell().gates() + gate : gate,
                        matrixShape,
                        matrix,
                        biasShape,
                        vector));
        return bias ? vector : matrix;
    }

    /** Copies between a block and tensors; where they lie is looked up at the first run. */
    private final class Copies implements Runnable {
        private final CudaTensor block;
        private final List<CudaTensor> others;
        private final boolean inwards;
        private final List<Part> parts = new ArrayList<>();
        private final List<CUdeviceptr> places = new ArrayList<>();

        Copies(CudaTensor block, List<CudaTensor> others, boolean inwards) {
            this.block = block;
            this.others = others;
            this.inwards = inwards;
        }

        @Override
        public void run() {
            if (parts.isEmpty()) {
                parts.addAll(parts(block));
                for (Part part : parts) {
                    CUdeviceptr tensor = others.get(part.tensor()).pointer();
                    places.add(tensor.withByteOffset(part.offset()));
                }
            }
            block.checkOpen();
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                CUdeviceptr other = places.get(i);
                JCudaDriver.cuMemcpyDtoDAsync(
                        inwards ? part.inBlock() : other,
                        inwards ? other : part.inBlock(),
                        part.bytes(),
                        device.stream());
            }
        }
    }
}
