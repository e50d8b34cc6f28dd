package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Branches side by side over the same input, joined on dimension 1: {@code y = [f₁(x), …, fₙ(x)]}.
 * Children are named {@code branches.0}, {@code branches.1}, ... Without branches it joins the
 * inputs of a node in a {@link Graph}.
 *
 * <p>Source: C. Szegedy et al., Going deeper with convolutions, CVPR 2015.
 */
public record Concat(List<Layer> branches) implements Layer, Join {
    private static final int DIMENSION = 1;

    public Concat {
        branches = List.copyOf(branches);
    }

    public Concat(Layer... branches) {
        this(List.of(branches));
    }

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        if (!branches.isEmpty()) {
            throw new IllegalArgumentException(
                    "Concat: expected no branches in a node of several inputs, got " + branches);
        }
        return Arrangements.Concat.outputShape(DIMENSION, inputs);
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        joinedShape(inputs.stream().map(Tensor::shape).toList());
        return binder.record(to -> Arrangements.Concat.of(DIMENSION, inputs, to)).y();
    }

    @Override
    public Shape outputShape(Shape input) {
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("Concat: expected at least 1 branch, got none");
        }
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            shapes.add(Sequential.childShape("branches." + i, branches.get(i), input));
        }
        return Arrangements.Concat.outputShape(DIMENSION, shapes);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        List<Tensor> inputs =
                binder.record(to -> Arrangements.Fork.of(x, branches.size(), to)).branches();
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            Layer branch = branches.get(i);
            Tensor input = inputs.get(i);
            outputs.add(binder.scope("branches." + i, () -> branch.bind(binder, input)));
        }
        return binder.record(to -> Arrangements.Concat.of(DIMENSION, outputs, to)).y();
    }
}
