package io.retrograd.backend.random;

import io.retrograd.gradcheck.fuzz.Draw;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Glu;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.RmsNorm;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Tanh;
import io.retrograd.layer.Transpose;
import io.retrograd.operation.PadSpec.Mode;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws small networks of two kinds: of products, sums, ReLU and max pooling, in which integers
 * stay integers, and of smooth layers. A kink beside fractions would let gradients jump where
 * results are rounded.
 */
final class DrawnNetworks {
    private final Draw draw;
    private final boolean exact;
    private final Shape input;
    private final List<Written> parts = new ArrayList<>();
    private Shape shape;

    private DrawnNetworks(Draw draw, boolean exact) {
        this.draw = draw;
        this.exact = exact;
        input = Shape.of(draw.of(1, 2, 3), channels(), draw.between(3, 12), draw.between(3, 12));
        shape = input;
    }

    /** A layer, as it is written in Java. */
    private record Written(Layer layer, String code) {
        static Written sequence(List<Written> parts) {
            return new Written(
                    new Sequential(parts.stream().map(Written::layer).toArray(Layer[]::new)),
                    "new Sequential("
                            + String.join(", ", parts.stream().map(Written::code).toList())
                            + ")");
        }
    }

    static Drawn exact(Draw draw) {
        return new DrawnNetworks(draw, /* exact= */ true).drawn();
    }

    static Drawn smooth(Draw draw) {
        return new DrawnNetworks(draw, /* exact= */ false).drawn();
    }

    private Drawn drawn() {
        int blocks = draw.between(1, 3);
        for (int i = 0; i < blocks; i++) {
            add(block());
            if (draw.once(2)) {
                add(between());
            }
            if (draw.once(3)) {
                add(moved());
            }
        }
        if (draw.once(3)) {
            add(new Written(new Flatten(), "new Flatten()"));
            add(linear());
        }
        Written all = Written.sequence(parts);
        return new Drawn(all.layer, all.code, input, exact, 2 * parts.size());
    }

    private void add(Written part) {
        parts.add(part);
        shape = part.layer.outputShape(shape);
    }

    private Written block() {
        int channels = shape.dim(1);
        return switch (draw.between(0, 5)) {
            case 0 -> transposed();
            case 1 -> residual(same(channels));
            case 2 ->
                    residual(Written.sequence(List.of(same(channels), between(), same(channels))));
            case 3 ->
                    concat(
                            List.of(
                                    same(channels()),
                                    new Written(new Sequential(), "new Sequential()")));
            case 4 -> concat(List.of(same(channels()), same(channels())));
            default -> convolution(channels(), draw.of(1, 2, 3), draw.of(1, 1, 2), 1);
        };
    }

    /** Between two products: of the kind of the network. */
    private Written between() {
        if (exact) {
            boolean room = shape.dim(2) > 1 && shape.dim(3) > 1 && draw.once(4);
            return room
                    ? new Written(
                            new MaxPool2d(2).stride(1).padding(1),
                            "new MaxPool2d(2).stride(1).padding(1)")
                    : new Written(new Relu(), "new Relu()");
        }
        return draw.of(
                List.of(
                        new Written(new Tanh(), "new Tanh()"),
                        new Written(new Sigmoid(), "new Sigmoid()"),
                        new Written(new Gelu(), "new Gelu()"),
                        new Written(new Softplus(), "new Softplus()"),
                        new Written(
                                new AvgPool2d(3).stride(1).padding(1),
                                "new AvgPool2d(3).stride(1).padding(1)"),
                        new Written(new BatchNorm().eps(0.1), "new BatchNorm().eps(0.1)"),
                        new Written(new GroupNorm(1).eps(0.1), "new GroupNorm(1).eps(0.1)")));
    }

    /** Something that may change the shape. */
    private Written moved() {
        int channels = shape.dim(1);
        int start = draw.between(0, channels - 1);
        List<Written> all = new ArrayList<>();
        all.add(new Written(new Pad(1, 0, 2, 1), "new Pad(1, 0, 2, 1)"));
        all.add(new Written(Interpolate.by(1, 2), "Interpolate.by(1, 2)"));
        all.add(
                new Written(
                        new Narrow(1, start, channels - start),
                        String.format("new Narrow(1, %d, %d)", start, channels - start)));
        all.add(new Written(new Transpose(2, 3), "new Transpose(2, 3)"));
        if (shape.dim(2) > 1 && shape.dim(3) > 1) {
            all.add(
                    new Written(
                            new Pad(1, 1, 0, 1).mode(Mode.REFLECT),
                            "new Pad(1, 1, 0, 1).mode(PadSpec.Mode.REFLECT)"));
        }
        if (!exact) {
            all.add(new Written(Interpolate.by(2, 1).linear(), "Interpolate.by(2, 1).linear()"));
            all.add(
                    new Written(
                            new Gate(new Sequential(new Conv2d(1, 1), new Sigmoid())),
                            "new Gate(new Sequential(new Conv2d(1, 1), new Sigmoid()))"));
            int width = shape.dim(3);
            all.add(
                    new Written(
                            new RmsNorm(width).eps(0.1), "new RmsNorm(" + width + ").eps(0.1)"));
        }
        if (!exact && channels % 2 == 0) {
            all.add(new Written(new Glu(1), "new Glu(1)"));
        }
        return draw.of(all);
    }

    private static Written residual(Written body) {
        return new Written(new Residual(body.layer), "new Residual(" + body.code + ")");
    }

    private static Written concat(List<Written> branches) {
        return new Written(
                new Concat(branches.stream().map(Written::layer).toArray(Layer[]::new)),
                "new Concat("
                        + String.join(", ", branches.stream().map(Written::code).toList())
                        + ")");
    }

    /** A convolution that keeps height and width. */
    private Written same(int channels) {
        int half = draw.of(0, 1, 1);
        return convolution(channels, 2 * half + 1, /* stride= */ 1, half);
    }

    private static Written convolution(int channels, int kernel, int stride, int padding) {
        return new Written(
                new Conv2d(channels, kernel).stride(stride).padding(padding),
                String.format(
                        "new Conv2d(%d, %d).stride(%d).padding(%d)",
                        channels, kernel, stride, padding));
    }

    private Written transposed() {
        int channels = channels();
        int kernel = draw.of(1, 2, 3);
        int stride = draw.of(1, 2);
        return new Written(
                new ConvTranspose2d(channels, kernel).stride(stride),
                String.format("new ConvTranspose2d(%d, %d).stride(%d)", channels, kernel, stride));
    }

    private Written linear() {
        int units = draw.of(1, 3, 8);
        return new Written(new Linear(units), "new Linear(" + units + ")");
    }

    private int channels() {
        return draw.of(1, 2, 3, 4, 8, 13, 16);
    }
}
