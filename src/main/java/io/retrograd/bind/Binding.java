package io.retrograd.bind;

import io.retrograd.backend.Memory;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Preparation;
import io.retrograd.operation.KinkLedger;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model bound to a device: a fixed list of operations over memory that is already there.
 *
 * <p>Not for two threads at once, but two may run different ones on one device. Running it
 * allocates nothing.
 */
public final class Binding implements AutoCloseable {
    private final List<Node> nodes;

    /** Those whose outputs have gradients. */
    private final List<Node> differentiable;

    private final Preparation prepared;
    private final boolean gradients;
    private final MemoryUse memoryUse;
    private final Memory.Arena arena;
    private final Parameters parameters;
    private final List<Tensor> carried;
    private final DeviceLock lock;
    private boolean closed;

    /** Looks at tensors as operations run. */
    public interface Watcher {
        /** Before an operation's forward or backward. */
        void before(Node node, boolean backward);

        void after(Node node, boolean backward);
    }

    /**
     * Bytes that a binding takes beside the parameters.
     *
     * @param arena the bytes allocated; tensors that never live together share memory
     * @param withoutReuse the bytes that they would take if none did
     */
    public record MemoryUse(long arena, long withoutReuse) {}

    Binding(Preparation prepared, MemoryUse memoryUse, Memory.Arena arena, Recording recording) {
        this.prepared = prepared;
        lock = recording.backend().lock();
        nodes = prepared.nodes().stream().map(node -> LockedOp.of(node, lock)).toList();
        this.differentiable =
                nodes.stream()
                        .filter(node -> node.writes().stream().anyMatch(y -> y.grad() != null))
                        .toList();
        this.gradients = recording.options().gradients();
        this.memoryUse = memoryUse;
        this.arena = arena;
        this.parameters = recording.parameters();
        this.carried = List.copyOf(recording.carried());
    }

    /** The operations in forward order. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The backend's choices for them, one line each. */
    public List<String> decisions() {
        return prepared.decisions();
    }

    public MemoryUse memoryUse() {
        return memoryUse;
    }

    /** Lets the next run begin with states of 0. */
    public void resetStates() {
        checkOpen();
        for (Tensor tensor : carried) {
            tensor.copyFrom(new double[Math.toIntExact(tensor.shape().size())]);
        }
    }

    public void forward() {
        checkOpen();
        lock.enter();
        try {
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).op().forward();
            }
        } finally {
            lock.exit();
        }
    }

    /**
     * Runs all backward passes, last operation first, where anything has a gradient. The gradients
     * of the network's outputs must have been set; all others are overwritten.
     *
     * @throws IllegalStateException if bound without gradients
     */
    public void backward() {
        checkOpen();
        if (!gradients) {
            throw new IllegalStateException(
                    "Binding: backward() needs gradients; bind with BindOptions.train()");
        }
        lock.enter();
        try {
            for (int i = differentiable.size() - 1; i >= 0; i--) {
                differentiable.get(i).op().backward();
            }
        } finally {
            lock.exit();
        }
    }

    /** Runs forward, then backward, each operation between two calls of the watcher. */
    public void run(Watcher watcher) {
        checkOpen();
        for (Node node : nodes) {
            watcher.before(node, /* backward= */ false);
            node.op().forward();
            watcher.after(node, /* backward= */ false);
        }
        for (int i = differentiable.size() - 1; i >= 0; i--) {
            Node node = differentiable.get(i);
            watcher.before(node, /* backward= */ true);
            node.op().backward();
            watcher.after(node, /* backward= */ true);
        }
    }

    /** Fingerprint of the smooth pieces on which the last forward pass lay. */
    public long kinks() {
        checkOpen();
        KinkLedger ledger = new KinkLedger();
        nodes.forEach(node -> node.op().kinks(ledger));
        return ledger.fingerprint();
    }

    /** The first node whose outputs hold this tensor, or null. */
    public @Nullable Node writerOf(Tensor tensor) {
        return nodes.stream().filter(n -> n.writes().contains(tensor)).findFirst().orElse(null);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("Binding: used after close()");
        }
        parameters.checkOpen();
    }

    /** Frees its memory, not the parameters. Closing twice does nothing. */
    @Override
    public void close() {
        lock.enterToFree();
        try {
            if (!closed) {
                prepared.release().run();
            }
            closed = true;
            arena.close();
        } finally {
            lock.exit();
        }
    }
}
