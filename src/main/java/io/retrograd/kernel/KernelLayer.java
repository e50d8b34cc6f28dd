package io.retrograd.kernel;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/** Kernels as a layer whose input has the name that they give it. */
record KernelLayer(KernelFunction function) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return function.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return new Custom(function).bind(binder, x);
    }

    @Override
    public Tensor input(Binder binder, Shape shape) {
        return binder.input(function.inputs().first().name(), shape);
    }

    @Override
    public String kind() {
        return function.name();
    }
}
