package io.retrograd.bind;

import io.retrograd.backend.Node;
import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Op;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** An operation that takes its device while it runs. */
record LockedOp(Op op, DeviceLock lock) implements Op {
    /** A node that takes its device while it runs. */
    static Node of(Node node, DeviceLock lock) {
        LockedOp locked = new LockedOp(node.op(), lock);
        return new Node(node.path(), node.operations(), locked, node.reads(), node.writes());
    }

    @Override
    public void forward() {
        lock.enter();
        try {
            op.forward();
        } finally {
            lock.exit();
        }
    }

    @Override
    public void backward() {
        lock.enter();
        try {
            op.backward();
        } finally {
            lock.exit();
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return op.backwardReads(tensor);
    }

    @Override
    public List<Tensor> saved() {
        return op.saved();
    }

    @Override
    public List<Tensor> scratch(boolean backward) {
        return op.scratch(backward);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        lock.enter();
        try {
            op.kinks(ledger);
        } finally {
            lock.exit();
        }
    }
}
