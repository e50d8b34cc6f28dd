package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.ConvolutionWay.Operands;
import java.util.List;

/** What is computed of a convolution from x to y with weights w, out of the other two. */
enum ConvolutionPass {
    /** {@code y = w ∗ x}. */
    FORWARD,

    /** dx from w and dy: also the transposed convolution itself. */
    BACKWARD_DATA,

    /** dw from x and dy. */
    BACKWARD_FILTER;

    /** The tensor that is written. */
    CudaTensor result(Operands tensors) {
        return switch (this) {
            case FORWARD -> tensors.y();
            case BACKWARD_DATA -> tensors.x();
            case BACKWARD_FILTER -> tensors.w();
        };
    }

    /** The tensors that are read. */
    List<CudaTensor> factors(Operands tensors) {
        return switch (this) {
            case FORWARD -> List.of(tensors.x(), tensors.w());
            case BACKWARD_DATA -> List.of(tensors.w(), tensors.y());
            case BACKWARD_FILTER -> List.of(tensors.x(), tensors.y());
        };
    }

    /** How many elements are written. */
    long resultSize(ConvolutionShape shape) {
        return switch (this) {
            case FORWARD -> shape.ySize();
            case BACKWARD_DATA -> shape.xSize();
            case BACKWARD_FILTER -> shape.wSize();
        };
    }

    /** The same factors, and another tensor to be written. */
    Operands withResult(Operands tensors, CudaTensor result) {
        return switch (this) {
            case FORWARD -> new Operands(tensors.x(), tensors.w(), result);
            case BACKWARD_DATA -> new Operands(result, tensors.w(), tensors.y());
            case BACKWARD_FILTER -> new Operands(tensors.x(), result, tensors.y());
        };
    }

    /** The most products that an element of the result is a sum of. */
    double products(ConvolutionShape shape) {
        return switch (this) {
            case FORWARD -> (double) shape.groupInputs() * shape.taps();
            case BACKWARD_DATA -> (double) shape.groupOutputs() * shape.taps();
            case BACKWARD_FILTER -> (double) shape.samples() * shape.positions();
        };
    }
}
