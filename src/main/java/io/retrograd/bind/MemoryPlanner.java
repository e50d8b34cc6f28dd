package io.retrograd.bind;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Node;
import io.retrograd.backend.Preparation;
import io.retrograd.operation.Op;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Has a backend ready a recording's operations, and plans and allocates the memory of its tensors.
 *
 * <p>Time runs from 0 to 2n − 1 for n operations: forward of operation i at i, its backward at 2n −
 * 1 − i. Each tensor's memory is kept from the first to the last time that touches it.
 */
final class MemoryPlanner {
    private final Recording recording;
    private final Backend backend;
    private final BindOptions options;

    MemoryPlanner(Recording recording) {
        this.recording = recording;
        backend = recording.backend();
        options = recording.options();
    }

    /** Allocates all; the model can run then. */
    Binding binding() {
        MemoryBudget budget =
                new MemoryBudget(
                        backend.memory(),
                        recording.parameters(),
                        options.gradients(),
                        options.memoryLimit());
        checkAsRecorded(budget);
        Preparation prepared = prepare(options.widens());
        Lifetimes lifetimes = lifetimes(prepared);
        MemoryPlan plan = lifetimes.place();
        try {
            budget.check(plan.bytes());
        } catch (MemoryException e) {
            prepared.release().run();
            throw e;
        }
        Memory.Arena arena = backend.memory().allocate(plan.bytes());
        lifetimes.place(arena);
        recording.parameters().commit(options.gradients());
        lifetimes.elsewhere().forEach(recording.parameters()::share);
        recording.constants().forEach(Tensor::copyFrom);
        return new Binding(prepared, use(plan), arena, recording);
    }

    /** The operations that {@link #binding} would run and the memory that it would allocate. */
    Binder.Estimate estimate() {
        Preparation prepared = prepare(options.widens());
        try {
            return new Binder.Estimate(use(lifetimes(prepared).place()), prepared.decisions());
        } finally {
            prepared.release().run();
        }
    }

    /** Before anything is measured, which takes as long as the model is large. */
    private void checkAsRecorded(MemoryBudget budget) {
        if (!backend.measures()) {
            return;
        }
        List<Node> nodes = recording.nodes();
        budget.checkAsRecorded(
                options.gradients()
                        ? budget.outputs(nodes, recording.sources().keySet())
                        : lifetimes(Preparation.asRecorded(nodes)).place().bytes());
    }

    private Preparation prepare(boolean widens) {
        return backend.prepare(
                new Preparation.Request(
                        recording.nodes(),
                        options.gradients(),
                        options.keepAll(),
                        recording.kept(),
                        widens ? recording::remade : null));
    }

    private static Binding.MemoryUse use(MemoryPlan plan) {
        return new Binding.MemoryUse(plan.bytes(), plan.bytesWithoutReuse());
    }

    private Lifetimes lifetimes(Preparation prepared) {
        Lifetimes lifetimes = new Lifetimes(backend.memory());
        recording.tensors().forEach(lifetimes::add);
        int end = 2 * prepared.nodes().size() - 1;
        for (int i = 0; i < prepared.nodes().size(); i++) {
            Node node = prepared.nodes().get(i);
            touchForward(lifetimes, node, i);
            if (options.gradients()) {
                touchBackward(lifetimes, node, end - i);
            }
            if (options.keepAll()) {
                node.op().saved().forEach(tensor -> lifetimes.touchAlways(tensor, end));
            }
        }
        for (Tensor tensor : options.keepAll() ? recording.tensors() : recording.kept()) {
            lifetimes.touchAlways(tensor, end);
        }
        recording.sources().forEach(lifetimes::alias);
        prepared.aliases().forEach(lifetimes::alias);
        lifetimes.overwrite(prepared.overwrites());
        return lifetimes;
    }

    private static void touchForward(Lifetimes lifetimes, Node node, int time) {
        Op op = node.op();
        addAndTouch(lifetimes, op.saved(), time);
        addAndTouch(lifetimes, op.scratch(/* backward= */ false), time);
        node.tensors().forEach(tensor -> lifetimes.touch(tensor, time));
    }

    private static void touchBackward(Lifetimes lifetimes, Node node, int time) {
        Op op = node.op();
        op.saved().forEach(tensor -> lifetimes.touch(tensor, time));
        addAndTouch(lifetimes, op.scratch(/* backward= */ true), time);
        for (Tensor tensor : node.tensors()) {
            if (op.backwardReads(tensor)) {
                lifetimes.touch(tensor, time);
            }
            if (tensor.grad() != null) {
                lifetimes.touch(tensor.requireGrad(), time);
            }
        }
    }

    private static void addAndTouch(Lifetimes lifetimes, List<Tensor> tensors, int time) {
        for (Tensor tensor : tensors) {
            lifetimes.add(tensor);
            lifetimes.touch(tensor, time);
        }
    }
}
