package io.retrograd.attribution;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Layers;
import io.retrograd.layer.Mean;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The means of a layer's channels over all places, {@code (N, K)}, in place of a network's output.
 *
 * @param path the layer's
 * @param channels K
 */
record ChannelMeans(Layer network, String path, int channels) implements Layer {
    /** A layer whose output is read a second time. */
    private record Tapped(Layer layer, List<Tensor> read) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return layer.outputShape(input);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            Tensor y = layer.bind(binder, x);
            List<Tensor> branches = binder.record(to -> Arrangements.Fork.of(y, 2, to)).branches();
            read.add(branches.get(1));
            return branches.get(0);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.dim(0), channels);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        List<Tensor> read = new ArrayList<>();
        Layer tapped =
                Layers.rewritten(
                        network, (at, layer) -> at.equals(path) ? new Tapped(layer, read) : layer);
        binder.keepUnread(tapped.bind(binder, x));
        Tensor means = new Mean(2, 3).bind(binder, read.get(read.size() - 1));
        return new Flatten().bind(binder, means);
    }
}
