package io.retrograd.layer;

import io.retrograd.backend.Backend;
import io.retrograd.bench.Operation;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.bind.Binder;
import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Convolutions of known networks: each pass alone. */
public class ConvolutionBenchmark extends OperationBenchmark {
    @Param({"forward", "backward-data", "backward-weights"})
    public String direction = "";

    @Param public Problem problem = Problem.RESNET50_3X3;

    /** Input, filters, kernel, stride, padding, dilation, groups. */
    // Shapes and layers are immutable, without the annotation that the checker looks for.
    @SuppressWarnings("ImmutableEnumChecker")
    public enum Problem {
        RESNET50_STEM(Shape.of(8, 3, 224, 224), 64, 7, 2, 3, 1, 1),
        RESNET50_1X1(Shape.of(8, 256, 56, 56), 64, 1, 1, 0, 1, 1),
        RESNET50_3X3(Shape.of(8, 128, 28, 28), 128, 3, 1, 1, 1, 1),
        RESNET50_DOWN(Shape.of(8, 256, 56, 56), 512, 1, 2, 0, 1, 1),
        RESNET50_LATE(Shape.of(8, 512, 7, 7), 512, 3, 1, 1, 1, 1),
        VGG_EARLY(Shape.of(8, 64, 112, 112), 128, 3, 1, 1, 1, 1),
        VGG_LATE(Shape.of(8, 512, 14, 14), 512, 3, 1, 1, 1, 1),
        LENET_1(Shape.of(64, 1, 28, 28), 6, 5, 1, 2, 1, 1),
        LENET_2(Shape.of(64, 6, 14, 14), 16, 5, 1, 0, 1, 1),
        DEPTHWISE(Shape.of(8, 144, 56, 56), 144, 3, 1, 1, 1, 144),
        DILATED(Shape.of(8, 64, 28, 28), 64, 3, 1, 2, 2, 1),
        GROUPED(Shape.of(8, 128, 28, 28), 128, 3, 1, 1, 1, 32);

        final Shape input;
        final int filters;
        final int kernel;
        final int stride;
        final int padding;
        final int dilation;
        final int groups;

        Problem(
                Shape input,
                int filters,
                int kernel,
                int stride,
                int padding,
                int dilation,
                int groups) {
            this.input = input;
            this.filters = filters;
            this.kernel = kernel;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            this.groups = groups;
        }

        Conv2d layer() {
            return new Conv2d(filters, kernel)
                    .stride(stride)
                    .padding(padding)
                    .dilation(dilation)
                    .groups(groups)
                    .bias(false);
        }
    }

    /** The same convolution whose weights nobody trains, so that backward is by data only. */
    private record Frozen(Problem problem) implements Layer {
        private Shape weights() {
            return Shape.of(
                    problem.filters,
                    problem.input.dim(1) / problem.groups,
                    problem.kernel,
                    problem.kernel);
        }

        @Override
        public Shape outputShape(Shape input) {
            return problem.layer().outputShape(input);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            double[] values = new double[Math.toIntExact(weights().size())];
            Arrays.fill(values, 1.0 / values.length);
            ConvolutionSpec spec =
                    new ConvolutionSpec(
                            both(problem.stride),
                            both(problem.padding),
                            both(problem.dilation),
                            problem.groups);
            Tensor w = binder.constant("weight", weights(), values);
            return binder.record(to -> Products.Convolution.of(spec, x, w, /* b= */ null, to)).y();
        }

        private static List<Integer> both(int value) {
            return List.of(value, value);
        }
    }

    @Override
    protected Operation prepare(Backend on) {
        Layer layer = direction.equals("backward-data") ? new Frozen(problem) : problem.layer();
        return Operation.of(layer, problem.input, direction, on);
    }
}
