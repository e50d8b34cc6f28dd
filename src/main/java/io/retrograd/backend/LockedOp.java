package io.retrograd.backend;

import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** An operation that takes its device while it runs. */
record LockedOp(Op op, DeviceLock lock) implements Op {
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
