package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.Activation;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Glu;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Pad;
import io.retrograd.layer.PixelShuffle;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Transpose;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.PadSpec.Mode;
import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Draws layers that read each element, product or position by itself.
 *
 * @param elements how many the input has at most
 */
public record DrawnOthers(Draw draw, int elements) {
    private static final double SLOPE = 0.7;

    public DrawnLayer activation() {
        return activation(draw.of(List.of(ActivationSpec.Kind.values())));
    }

    DrawnLayer activation(ActivationSpec.Kind kind) {
        return any(Activation.of(new ActivationSpec(kind, SLOPE)));
    }

    public DrawnLayer softmax() {
        int dim = draw.of(1, -1);
        return any(draw.once(2) ? new Softmax(dim) : new LogSoftmax(dim));
    }

    public DrawnLayer prelu() {
        return any(new Prelu().perChannel(draw.once(2)));
    }

    public DrawnLayer dropout() {
        return any(new Dropout(draw.of(1, 5) / 10.0));
    }

    public DrawnLayer linear() {
        return any(new Linear(draw.of(1, 2, 3, 7, 8, 9, 16, 17, 33)).bias(draw.once(2)));
    }

    public DrawnLayer flatten() {
        return any(new Flatten());
    }

    public DrawnLayer transpose() {
        return any(new Transpose(1, -1));
    }

    DrawnLayer glu() {
        return any(new Glu(draw.of(1, -1)));
    }

    DrawnLayer mean() {
        return any(new Mean(draw.once(2) ? new int[] {1} : new int[] {1, -1}));
    }

    DrawnLayer narrow() {
        return any(new Narrow(1, draw.of(-3, -1, 0, 1, 2), draw.of(1, 2, 3, 7)));
    }

    DrawnLayer pad() {
        int dims = draw.between(1, 3);
        Pad pad = new Pad(draw.each(2 * dims, -2, 3)).mode(draw.of(List.of(Mode.values())));
        return new DrawnLayer(pad, image(dims));
    }

    DrawnLayer interpolate() {
        int dims = draw.between(1, 3);
        Interpolate nearest =
                draw.once(2)
                        ? Interpolate.to(draw.each(dims, 1, 9))
                        : Interpolate.by(draw.each(dims, 1, 3));
        return new DrawnLayer(draw.once(2) ? nearest : nearest.linear(draw.once(2)), image(dims));
    }

    DrawnLayer pixelShuffle() {
        int factor = draw.of(1, 2, 3);
        int channels = factor * factor * draw.of(1, 2, 5);
        return new DrawnLayer(
                new PixelShuffle(factor),
                DrawnShapes.with(draw, elements, channels, draw.each(2, 1, 7)));
    }

    private Shape image(int dims) {
        return DrawnShapes.of(draw, elements, draw.each(dims, 1, 9));
    }

    private DrawnLayer any(Layer layer) {
        return new DrawnLayer(layer, DrawnShapes.any(draw, elements));
    }
}
