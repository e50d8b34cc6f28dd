package io.retrograd.backend.onednn;

import io.retrograd.backend.Binding;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;

/**
 * One operation's forward or backward, watched: what it has to write holds NaN before, and so does
 * what it did not declare to read; nobody may write behind a tensor.
 */
final class WatchedPass {
    private static final byte GUARD = 0x5a;

    /** Makes a NaN of every kind of number, and indices that are out of every range. */
    private static final byte POISON = (byte) 0xff;

    private final Binding.Node node;
    private final boolean backward;
    private final int guard;
    private final Set<OneDnnTensor> reads = new LinkedHashSet<>();
    private final Set<OneDnnTensor> writes = new LinkedHashSet<>();
    private final Set<OneDnnTensor> others = new LinkedHashSet<>();

    private WatchedPass(Binding.Node node, boolean backward, int guard) {
        this.node = node;
        this.backward = backward;
        this.guard = guard;
        add(writes, node.op().scratch(backward));
        if (backward) {
            sortBackward();
        } else {
            add(reads, node.reads());
            add(writes, node.writes());
            add(writes, node.op().saved());
        }
    }

    /** Runs a forward pass, operation by operation. */
    static void forward(List<Binding.Node> nodes, int guard) {
        nodes.forEach(node -> new WatchedPass(node, /* backward= */ false, guard).run());
    }

    /** Runs a backward pass, last operation first. */
    static void backward(List<Binding.Node> nodes, int guard) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).writes().stream().allMatch(y -> y.grad() == null)) {
                continue;
            }
            new WatchedPass(nodes.get(i), /* backward= */ true, guard).run();
        }
    }

    private void sortBackward() {
        add(reads, node.op().saved());
        for (Tensor tensor : both()) {
            add(node.op().backwardReads(tensor) ? reads : others, List.of(tensor));
        }
        node.writes().forEach(tensor -> addGradient(reads, tensor));
        node.reads().forEach(tensor -> addGradient(writes, tensor));
    }

    private List<Tensor> both() {
        List<Tensor> both = new ArrayList<>(node.reads());
        both.addAll(node.writes());
        return both;
    }

    private static void addGradient(Set<OneDnnTensor> to, Tensor tensor) {
        if (tensor.grad() != null) {
            add(to, List.of(tensor.requireGrad()));
        }
    }

    private static void add(Set<OneDnnTensor> to, Collection<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            OneDnnTensor own = (OneDnnTensor) tensor;
            if (own.placed()) {
                to.add(own);
            }
        }
    }

    private void run() {
        Set<OneDnnTensor> live = new LinkedHashSet<>(reads);
        live.addAll(writes);
        for (OneDnnTensor tensor : writes) {
            if (apart(tensor, tensor.bytes(), reads)) {
                fill(tensor.buffer(), POISON);
            }
        }
        Map<OneDnnTensor, byte[]> hidden = hide(live);
        live.forEach(tensor -> fill(guardOf(tensor, live), GUARD));
        if (backward) {
            node.op().backward();
        } else {
            node.op().forward();
        }
        for (OneDnnTensor tensor : live) {
            ByteBuffer zone = guardOf(tensor, live);
            for (int i = 0; i < zone.capacity(); i++) {
                if (zone.get(i) != GUARD) {
                    throw new AssertionError(
                            String.format(
                                    "%s %s %s: wrote byte %d behind %s",
                                    node.path(),
                                    node.kind(),
                                    backward ? "backward" : "forward",
                                    i,
                                    tensor.name()));
                }
            }
        }
        hidden.forEach((tensor, bytes) -> tensor.buffer().duplicate().put(0, bytes));
    }

    /** Replaces what the pass has no business with by NaN, and gives what was there. */
    private Map<OneDnnTensor, byte[]> hide(Set<OneDnnTensor> live) {
        Map<OneDnnTensor, byte[]> hidden = new LinkedHashMap<>();
        for (OneDnnTensor tensor : others) {
            if (apart(tensor, tensor.bytes(), live)
                    && apart(tensor, tensor.bytes(), hidden.keySet())) {
                byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
                tensor.buffer().duplicate().get(0, bytes);
                hidden.put(tensor, bytes);
                fill(tensor.buffer(), POISON);
            }
        }
        return hidden;
    }

    /** What lies behind a tensor; empty where it shares its memory with a larger one. */
    private ByteBuffer guardOf(OneDnnTensor tensor, Set<OneDnnTensor> live) {
        long bytes = tensor.bytes();
        long zone = (bytes + 63) / 64 * 64 - bytes + guard;
        Set<OneDnnTensor> rest = new LinkedHashSet<>(live);
        rest.removeIf(other -> other.address() == tensor.address() && other.bytes() <= bytes);
        if (!apart(tensor, bytes + zone, rest)) {
            return ByteBuffer.allocate(0);
        }
        BytePointer behind =
                new BytePointer(new OneDnnMemory.AddressPointer(tensor.address() + bytes));
        return behind.capacity(zone).asByteBuffer();
    }

    private static boolean apart(OneDnnTensor tensor, long bytes, Set<OneDnnTensor> others) {
        return others.stream().noneMatch(other -> overlap(tensor, bytes, other));
    }

    private static boolean overlap(OneDnnTensor a, long bytesOfA, OneDnnTensor b) {
        return a.address() < b.address() + b.bytes() && b.address() < a.address() + bytesOfA;
    }

    private static void fill(ByteBuffer buffer, byte value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, value);
        }
    }
}
