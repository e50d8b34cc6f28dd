package io.retrograd.optim;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** An optimizer that treats some parameters in their own way; {@link Optimizer#group} makes it. */
record Grouped(Optimizer optimizer, List<ParameterGroup> groups) implements Optimizer {
    Grouped {
        groups = List.copyOf(groups);
    }

    @Override
    public double learningRate() {
        return optimizer.learningRate();
    }

    @Override
    public UpdateRule spec() {
        return optimizer.spec();
    }

    @Override
    public Optimizer group(ParameterGroup group) {
        List<ParameterGroup> more = new ArrayList<>(groups);
        more.add(group);
        return new Grouped(optimizer, more);
    }

    @Override
    public Selection selection(Parameters parameters) {
        List<String> names = parameters.tensors().stream().map(Tensor::name).toList();
        Selection selection = optimizer.selection(parameters);
        // Each group meets all that the groups before it have left.
        for (ParameterGroup group : groups) {
            selection = group.treat(selection, names);
        }
        if (selection.tensors().isEmpty() && !names.isEmpty()) {
            throw new IllegalArgumentException(
                    "ParameterGroup: expected a parameter to train, got all frozen: " + names);
        }
        return selection;
    }

    @Override
    public Update bind(Selection selection) {
        return optimizer.bind(selection);
    }
}
