package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.bind.LayerException;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after the other, {@code y = fₙ(…f₁(x))}. Children are named 0, 1, ... as in PyTorch;
 * no layers make the identity.
 */
public record Sequential(List<Layer> layers) implements Layer {
    public Sequential {
        layers = List.copyOf(layers);
    }

    public Sequential(Layer... layers) {
        this(List.of(layers));
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            shape = childShape(Integer.toString(i), layers.get(i), shape);
        }
        return shape;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Tensor input = y;
            y = binder.scope(Integer.toString(i), () -> layer.bind(binder, input));
        }
        return y;
    }

    @Override
    public @Nullable TokenIds tokenIds() {
        return layers.isEmpty() ? null : layers.get(0).tokenIds();
    }

    /** A child's output shape; what it refuses is reported with its path. */
    static Shape childShape(String name, Layer layer, Shape input) {
        try {
            return layer.outputShape(input);
        } catch (LayerException e) {
            throw e.under(name);
        } catch (IllegalArgumentException e) {
            throw new LayerException(name, e);
        }
    }
}
