package io.retrograd.onnx;

import io.retrograd.layer.Pad;
import io.retrograd.operation.PadSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A window that slides over the spatial dimensions of x (N, C, spatial...).
 *
 * @param begin padding before the first elements
 * @param end padding behind the last elements
 */
record Window(
        List<Integer> kernel,
        List<Integer> stride,
        List<Integer> dilation,
        List<Integer> begin,
        List<Integer> end) {

    /** The window of a node whose kernel has these sizes, over x. */
    static Window of(Call call, Flow x, List<Integer> kernel) {
        int dims = kernel.size();
        if (dims < 1 || dims > 3 || x.rank() != dims + 2 || x.batchAxis() != 0) {
            throw new UnsupportedException(
                    String.format("input %s and kernel %s", x.dims(), kernel));
        }
        if (!call.sizes("kernel_shape", dims, 0).equals(kernel)
                && call.hasAttribute("kernel_shape")) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected a kernel of sizes %s, got %s",
                            kernel, call.integers("kernel_shape")));
        }
        List<Integer> stride = call.sizes("strides", dims, 1);
        List<Integer> dilation = call.sizes("dilations", dims, 1);
        for (int i = 0; i < dims; i++) {
            if (kernel.get(i) < 1 || stride.get(i) < 1 || dilation.get(i) < 1) {
                throw new IllegalArgumentException(
                        String.format(
                                "expected kernel, strides and dilations of at least 1, got %s, %s"
                                        + " and %s",
                                kernel, stride, dilation));
            }
        }
        List<Integer> pads = call.sizes("pads", 2 * dims, 0);
        List<Integer> begin = new ArrayList<>(pads.subList(0, dims));
        List<Integer> end = new ArrayList<>(pads.subList(dims, 2 * dims));
        String auto = call.text("auto_pad", "NOTSET");
        for (int i = 0; !auto.equals("NOTSET") && i < dims; i++) {
            int total =
                    auto.equals("VALID")
                            ? 0
                            : same(x.size(i + 2), kernel.get(i), stride.get(i), dilation.get(i));
            begin.set(i, before(auto, total));
            end.set(i, total - begin.get(i));
        }
        return new Window(kernel, stride, dilation, begin, end);
    }

    /** The padding with which there are as many outputs as steps in the input. */
    private static int same(int in, int kernel, int stride, int dilation) {
        long out = -Math.floorDiv(-(long) in, (long) stride);
        long reach = (out - 1) * stride + (kernel - 1L) * dilation + 1;
        return Math.toIntExact(Math.max(0, reach - in));
    }

    /** How much of a padding is before the first element. */
    static int before(String auto, int total) {
        return switch (auto) {
            case "VALID", "SAME_UPPER" -> total / 2;
            case "SAME_LOWER" -> total - total / 2;
            default -> throw new UnsupportedException("auto_pad " + TensorReader.quoted(auto));
        };
    }

    boolean symmetric() {
        return begin.equals(end);
    }

    /** The input with the padding's elements, of this value. */
    Flow padded(Call call, Flow x, double value) {
        Pad pad = new Pad(new PadSpec(PadSpec.Mode.CONSTANT, value, amounts(begin, end)));
        return call.layer(pad, x);
    }

    /** What is added before and behind each dimension, as {@link Pad} has it: the last first. */
    static List<Integer> amounts(List<Integer> begin, List<Integer> end) {
        List<Integer> amounts = new ArrayList<>();
        for (int i = begin.size() - 1; i >= 0; i--) {
            amounts.add(begin.get(i));
            amounts.add(end.get(i));
        }
        return amounts;
    }

    static int[] array(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
