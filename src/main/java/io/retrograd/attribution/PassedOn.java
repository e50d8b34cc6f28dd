package io.retrograd.attribution;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Activation;
import io.retrograd.layer.Layer;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Set;

/** An activation that hands the relevance of each number on to the number: {@code dx = dy·y/x}. */
record PassedOn(Activation activation) implements Layer {
    /** Those of which {@code f(0)} is not 0: relevance would come from nothing. */
    private static final Set<ActivationSpec.Kind> REFUSED =
            Set.of(
                    ActivationSpec.Kind.SIGMOID,
                    ActivationSpec.Kind.HARDSIGMOID,
                    ActivationSpec.Kind.LOGSIGMOID,
                    ActivationSpec.Kind.SOFTPLUS);

    /** Whether an activation can be one. */
    static boolean passes(Activation activation) {
        return !REFUSED.contains(activation.spec().kind())
                && activation.spec().kind() != ActivationSpec.Kind.RELU;
    }

    @Override
    public Shape outputShape(Shape input) {
        return activation.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        List<Tensor> branches = binder.record(to -> Arrangements.Fork.of(x, 2, to)).branches();
        Tensor y = activation.bind(binder, branches.get(1));
        List<Tensor> parts = List.of(branches.get(0), y);
        Tensor joined = binder.record(to -> Arrangements.Concat.of(1, parts, to)).y();
        return RelevanceShare.ofSigns(1, 0, x.shape().dim(0)).layer(2).bind(binder, joined);
    }
}
