package io.retrograd.backend.conformance;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Outputs;
import io.retrograd.operation.Products;
import io.retrograd.operation.TransposedConvolutionSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions, transposed ones, and the linear map. Sums of products of small integers are exact
 * in float32.
 */
final class WeightedCases {
    private WeightedCases() {}

    static Stream<Comparison> all() {
        return Stream.of(products(), chains().stream(), fractions().stream())
                .flatMap(cases -> cases);
    }

    /** One operation each, exact on every device. */
    static Stream<Comparison> products() {
        return Stream.of(convolutions(), unsound(), transposed(), wide(), linear(), constant())
                .flatMap(List::stream);
    }

    private static List<Comparison> convolutions() {
        return List.of(
                of(new Conv1d(5, 3), 3, 2, 13),
                of(new Conv1d(16, 3).padding(1), 2, 8, 7),
                of(new Conv1d(8, 4).stride(3).padding(3).dilation(2), 1, 16, 20),
                of(new Conv1d(6, 5).groups(3), 3, 3, 7),
                of(new Conv2d(7, 3), 3, 3, 7, 13),
                of(new Conv2d(1, 1), 1, 1, 1, 1),
                of(new Conv2d(1, 1), 3, 2, 8, 10),
                of(new Conv2d(2, 1), 3, 1, 43, 47),
                of(new Conv2d(17, 1), 2, 13, 5, 3),
                of(new Conv2d(16, 1).stride(2), 2, 8, 7, 7),
                of(new Conv2d(8, 1).padding(1), 2, 16, 3, 5),
                of(new Conv2d(8, 3).padding(4), 1, 3, 3, 5),
                of(new Conv2d(5, 2, 5).padding(0, 7).stride(3, 2), 3, 1, 7, 1),
                of(new Conv2d(16, 3).padding(1).stride(2), 3, 16, 13, 13),
                of(new Conv2d(24, 3).padding(2).dilation(2), 2, 8, 7, 9),
                of(new Conv2d(3, 3, 2).dilation(1, 3).bias(false), 2, 17, 7, 7),
                of(new Conv2d(8, 3).groups(8), 2, 8, 7, 7),
                of(new Conv2d(16, 3).groups(16).padding(1).stride(2), 1, 16, 13, 7),
                of(new Conv2d(6, 3).groups(3).padding(1), 2, 3, 5, 5),
                of(new Conv2d(4, 5).groups(2).padding(1).stride(2, 1), 2, 2, 19, 33),
                of(new Conv2d(3, 7).groups(3).padding(5).dilation(2), 5, 3, 9, 3),
                of(new Conv2d(10, 3).groups(5).bias(false), 2, 15, 7, 5),
                of(new Conv2d(32, 3).groups(2).padding(1), 2, 16, 7, 7),
                of(new Conv2d(4, 7).padding(3), 2, 3, 7, 7),
                of(new Conv2d(3, 2).stride(1, 2), 2, 2, 15, 21),
                of(new Conv3d(5, 3), 2, 3, 3, 5, 7),
                of(new Conv3d(16, 2).stride(1, 2, 3).padding(1), 1, 8, 5, 3, 7),
                of(new Conv3d(8, 1, 3, 2).groups(4).dilation(1, 2, 1), 3, 4, 3, 7, 5));
    }

    /** Cases that some implementation in oneDNN 3.11 computes wrongly, or crashes in. */
    private static List<Comparison> unsound() {
        return List.of(
                of(new Conv2d(4, 1).stride(2).bias(false), 4, 1, 8, 8),
                of(new Conv2d(4, 1).stride(2).bias(false), 4, 2, 8, 8),
                of(
                        new Conv2d(6, 2).stride(1, 2).padding(1, 3).dilation(1, 2).groups(3),
                        2,
                        9,
                        2,
                        1),
                of(new Conv2d(8, 1).padding(3), 2, 8, 4, 5),
                // workspaces of strided windows of one element, with fewer channels than a block
                of(new Conv2d(8, 1).stride(2), 1, 4, 16, 16),
                of(new Conv2d(16, 1).stride(2), 1, 12, 8, 8),
                of(new Conv1d(8, 1).stride(2), 2, 3, 16),
                of(new Conv2d(8, 1).stride(1, 2), 2, 5, 6, 8),
                of(new ConvTranspose2d(8, 1).stride(2).outputPadding(1), 1, 16, 16, 16),
                of(new ConvTranspose2d(3, 1).stride(2, 1).outputPadding(1, 0), 2, 16, 8, 8),
                of(new ConvTranspose1d(4, 1).stride(3).outputPadding(2), 2, 8, 16),
                // rows of one channel, each with a single window that could jump
                of(new Conv2d(5, 3).stride(1, 2), 3, 1, 13, 4),
                of(new Conv2d(5, 3).stride(1, 2).padding(1), 3, 1, 2, 2),
                of(new ConvTranspose2d(1, 3).stride(1, 2), 2, 4, 5, 1),
                // in bfloat16 weights that no window reaches come from whatever the workspace holds
                of(
                        new ConvTranspose2d(8, 4, 3).stride(3).padding(0, 2).outputPadding(1, 2),
                        2,
                        1,
                        4,
                        1),
                // no implementation is sound: some window lies in the padding, or all but one
                of(new ConvTranspose1d(1, 3).stride(2).padding(3), 3, 1, 3),
                of(new ConvTranspose1d(1, 3).stride(2).padding(3), 1, 1, 6),
                of(new ConvTranspose1d(1, 5).stride(3).padding(6).groups(1), 2, 2, 7),
                of(new ConvTranspose2d(2, 3).stride(2).padding(3), 1, 1, 5, 4),
                of(new ConvTranspose2d(6, 2, 3).stride(2).padding(3).groups(3), 2, 3, 5, 5));
    }

    private static List<Comparison> transposed() {
        return List.of(
                of(new ConvTranspose1d(5, 3), 3, 2, 7),
                of(new ConvTranspose1d(16, 4).stride(3).padding(1).dilation(2), 1, 8, 5),
                of(new ConvTranspose1d(6, 2).stride(2).outputPadding(1).groups(3), 2, 3, 13),
                of(new ConvTranspose2d(7, 3), 3, 3, 7, 5),
                of(new ConvTranspose2d(1, 1), 1, 1, 1, 1),
                of(new ConvTranspose2d(1, 1), 2, 3, 5, 5),
                of(new ConvTranspose2d(3, 3), 2, 3, 1, 1),
                of(new ConvTranspose2d(13, 1).stride(2), 2, 8, 3, 3),
                of(new ConvTranspose2d(16, 4).stride(2).padding(1), 2, 8, 7, 5),
                of(new ConvTranspose2d(8, 5).padding(4), 1, 3, 7, 9),
                of(
                        new ConvTranspose2d(17, 3, 2)
                                .stride(2, 3)
                                .padding(1, 0)
                                .outputPadding(1, 2),
                        2,
                        4,
                        5,
                        3),
                of(new ConvTranspose2d(8, 3).groups(8).bias(false), 2, 8, 5, 5),
                of(new ConvTranspose2d(6, 3).groups(3).dilation(2).padding(2), 2, 9, 5, 3),
                of(new ConvTranspose2d(32, 3).groups(2).stride(2), 2, 16, 3, 5));
    }

    /** Output paddings that reach beyond the windows by a stride or more. */
    private static List<Comparison> wide() {
        return List.of(
                of(new ConvTranspose1d(5, 2).dilation(3).outputPadding(2), 2, 3, 7),
                of(new ConvTranspose1d(8, 3).dilation(3).padding(1).outputPadding(2), 1, 8, 1),
                of(new ConvTranspose2d(16, 3).dilation(1, 2).outputPadding(0, 1), 2, 8, 5, 5),
                of(new ConvTranspose3d(5, 2).stride(2, 1, 2).outputPadding(1, 0, 1), 2, 3, 2, 4, 3),
                of(new ConvTranspose3d(8, 3).padding(1).groups(2), 1, 8, 3, 2, 5),
                of(
                        new ConvTranspose2d(6, 1, 2)
                                .dilation(4)
                                .stride(2)
                                .outputPadding(3)
                                .groups(2),
                        2,
                        4,
                        5,
                        3));
    }

    private static List<Comparison> linear() {
        return List.of(
                of(new Linear(1), 1, 1),
                of(new Linear(7), 3, 13),
                of(new Linear(16).bias(false), 1, 32),
                of(new Linear(10), 64, 17),
                of(new Linear(5), 3, 7, 13),
                of(new Linear(8), 2, 3, 5, 7),
                of(new Linear(3), 2, 3, 1, 5, 7));
    }

    /** Weights or biases that nobody trains. */
    private static List<Comparison> constant() {
        List<Comparison> cases = new ArrayList<>();
        for (Constant.What what : Constant.What.values()) {
            cases.add(of(new Constant(Constant.Product.LINEAR, what), 3, 4));
            cases.add(of(new Constant(Constant.Product.CONVOLUTION, what), 2, 4, 7, 5));
            cases.add(of(new Constant(Constant.Product.TRANSPOSED, what), 2, 4, 3, 5));
            cases.add(of(new Constant(Constant.Product.WIDE, what), 2, 4, 3, 5));
        }
        return cases;
    }

    /** An operation on inputs of 4 channels with constants, small whole numbers. */
    private record Constant(Product product, What what) implements Layer {
        private static final int OUTPUTS = 6;
        private static final int INPUTS = 4;

        private enum Product {
            LINEAR,
            CONVOLUTION,
            TRANSPOSED,
            /** With an output padding that reaches beyond the windows. */
            WIDE
        }

        /** The tensors that are constant. */
        private enum What {
            WEIGHT,
            WEIGHT_BESIDE_A_BIAS,
            BIAS
        }

        private Shape weight() {
            return switch (product) {
                case LINEAR -> Shape.of(OUTPUTS, INPUTS);
                case CONVOLUTION -> Shape.of(OUTPUTS, INPUTS, 3, 3);
                case TRANSPOSED, WIDE -> Shape.of(INPUTS, OUTPUTS, 3, 3);
            };
        }

        private Layer trained() {
            return switch (product) {
                case LINEAR -> new Linear(OUTPUTS);
                case CONVOLUTION -> new Conv2d(OUTPUTS, 3);
                case TRANSPOSED -> new ConvTranspose2d(OUTPUTS, 3);
                case WIDE -> new ConvTranspose2d(OUTPUTS, 3).dilation(3).outputPadding(2);
            };
        }

        @Override
        public Shape outputShape(Shape input) {
            return trained().outputShape(input);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            Tensor w = tensor(binder, "weight", weight(), what != What.BIAS);
            Tensor b =
                    what == What.WEIGHT
                            ? null
                            : tensor(binder, "bias", Shape.of(OUTPUTS), what == What.BIAS);
            return binder.record(to -> product(x, w, b, to)).y();
        }

        private Products product(Tensor x, Tensor w, @Nullable Tensor b, Outputs to) {
            List<Integer> one = List.of(1, 1);
            List<Integer> none = List.of(0, 0);
            ConvolutionSpec plain = new ConvolutionSpec(one, none, one, 1);
            ConvolutionSpec dilated = new ConvolutionSpec(one, none, List.of(3, 3), 1);
            return switch (product) {
                case LINEAR -> new Products.Linear(x, w, b, to);
                case CONVOLUTION -> Products.Convolution.of(plain, x, w, b, to);
                case TRANSPOSED ->
                        Products.TransposedConvolution.of(
                                new TransposedConvolutionSpec(plain, none), x, w, b, to);
                case WIDE ->
                        Products.TransposedConvolution.of(
                                new TransposedConvolutionSpec(dilated, List.of(2, 2)), x, w, b, to);
            };
        }

        private static Tensor tensor(Binder binder, String name, Shape shape, boolean constant) {
            if (!constant) {
                return binder.parameter(name, shape, Initializer.uniform(1));
            }
            double[] values = new double[Math.toIntExact(shape.size())];
            Arrays.setAll(values, i -> i % 5 - 2);
            return binder.constant(name, shape, values);
        }
    }

    /** The second one's input is in the layout that the first one chose. */
    private static List<Comparison> chains() {
        return List.of(
                of(in(new Conv2d(3, 1), new Conv2d(7, 1).stride(2)), 3, 2, 8, 10),
                of(in(new Conv2d(13, 3), new Relu(), new Conv2d(17, 3).stride(2)), 3, 2, 7, 9),
                of(in(new Conv2d(16, 1), new Conv2d(16, 3).groups(16)), 2, 3, 5, 5),
                of(in(new Conv3d(8, 1), new Relu(), new Conv3d(5, 2).padding(1)), 2, 3, 3, 5, 2),
                of(
                        in(new Conv2d(13, 3), new Relu(), new ConvTranspose2d(17, 3).stride(2)),
                        3,
                        2,
                        7,
                        9),
                of(
                        in(
                                new Conv2d(16, 1),
                                new ConvTranspose2d(8, 2).dilation(2).outputPadding(1)),
                        2,
                        3,
                        5,
                        5),
                of(in(new Conv1d(8, 3), new Linear(5)), 3, 2, 9),
                of(in(new Conv2d(16, 3), new Linear(5), new Relu()), 3, 2, 9, 7),
                of(in(new Conv2d(13, 3), new Flatten(), new Linear(3)), 3, 2, 5, 7),
                of(in(new Linear(13), new Relu(), new Conv2d(3, 1)), 3, 2, 5, 7));
    }

    private static List<Comparison> fractions() {
        return List.of(
                Comparison.of(in(new Conv2d(13, 3), new Relu()), 3, 5, 7, 9),
                Comparison.of(in(new Conv1d(9, 3), new Relu()), 3, 7, 13),
                Comparison.of(in(new Conv3d(7, 2), new Relu()), 2, 3, 3, 4, 5),
                Comparison.of(in(new ConvTranspose2d(13, 3).stride(2), new Relu()), 3, 5, 3, 5),
                Comparison.of(in(new Linear(13), new Relu()), 5, 17),
                Comparison.of(new Linear(3), 2, 5000).reduction(5000));
    }

    private static Layer in(Layer... layers) {
        return new Sequential(layers);
    }

    private static Comparison of(Layer layer, int... shape) {
        return Comparison.of(layer, Shape.of(shape)).exact();
    }
}
