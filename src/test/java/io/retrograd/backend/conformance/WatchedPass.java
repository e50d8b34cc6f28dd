package io.retrograd.backend.conformance;

import io.retrograd.backend.Node;
import io.retrograd.backend.conformance.WatchedMemory.Place;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One operation's forward or backward, watched: what it has to write holds NaN before, and so does
 * what it did not declare to read; nobody may write before or behind a tensor, a workspace, a
 * parameter or its gradient.
 */
final class WatchedPass {
    private static final int UNTOUCHED = 0x5a5a5a5a;

    /** All bits: a NaN of every kind of number, and an index that is out of every range. */
    private static final int POISON = -1;

    private final WatchedMemory memory;
    private final Node node;
    private final boolean backward;
    private final Map<Tensor, Place> reads = new LinkedHashMap<>();
    private final Map<Tensor, Place> writes = new LinkedHashMap<>();
    private final Map<Tensor, Place> others = new LinkedHashMap<>();

    private WatchedPass(WatchedMemory memory, Node node, boolean backward) {
        this.memory = memory;
        this.node = node;
        this.backward = backward;
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
    static void forward(WatchedMemory memory, List<Node> nodes) {
        nodes.forEach(node -> new WatchedPass(memory, node, /* backward= */ false).run());
    }

    /** Runs a backward pass, last operation first. */
    static void backward(WatchedMemory memory, List<Node> nodes) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).writes().stream().anyMatch(y -> y.grad() != null)) {
                new WatchedPass(memory, nodes.get(i), /* backward= */ true).run();
            }
        }
    }

    private void sortBackward() {
        add(reads, node.op().saved());
        List<Tensor> both = new ArrayList<>(node.reads());
        both.addAll(node.writes());
        for (Tensor tensor : both) {
            add(node.op().backwardReads(tensor) ? reads : others, List.of(tensor));
        }
        node.writes().forEach(tensor -> addGradient(reads, tensor));
        node.reads().forEach(tensor -> addGradient(writes, tensor));
    }

    private void addGradient(Map<Tensor, Place> to, Tensor tensor) {
        if (tensor.grad() != null) {
            add(to, List.of(tensor.requireGrad()));
        }
    }

    private void add(Map<Tensor, Place> to, Collection<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            Place place = memory.place(tensor);
            if (place != null) {
                to.put(tensor, place);
            }
        }
    }

    private void run() {
        Map<Tensor, Place> live = new LinkedHashMap<>(reads);
        live.putAll(writes);
        for (Place place : writes.values()) {
            if (apart(place, reads.values())) {
                place.fill(POISON);
            }
        }
        Map<Place, double[]> hidden = hide(live.values());
        List<Zone> zones = new ArrayList<>();
        live.forEach((tensor, place) -> addZones(zones, tensor, place, live));
        zones.forEach(zone -> zone.place.fill(UNTOUCHED));
        if (backward) {
            node.op().backward();
        } else {
            node.op().forward();
        }
        zones.forEach(this::check);
        hidden.forEach(Place::write);
    }

    /** Replaces what the pass has no business with by NaN, and gives what was there. */
    private Map<Place, double[]> hide(Collection<Place> live) {
        Map<Place, double[]> hidden = new LinkedHashMap<>();
        for (Place place : others.values()) {
            if (apart(place, live) && apart(place, hidden.keySet())) {
                hidden.put(place, place.read());
                place.fill(POISON);
            }
        }
        return hidden;
    }

    /** Memory that nobody may write. */
    private record Zone(Tensor tensor, String side, Place place) {}

    /** None where a tensor shares its memory with a larger one. */
    private void addZones(List<Zone> zones, Tensor tensor, Place place, Map<Tensor, Place> live) {
        List<Place> rest =
                live.values().stream()
                        .filter(p -> !(p.sameStart(place) && p.bytes() <= place.bytes()))
                        .toList();
        List<Zone> both =
                List.of(
                        new Zone(tensor, "before", memory.before(place)),
                        new Zone(tensor, "behind", memory.behind(tensor, place)));
        both.stream().filter(zone -> apart(zone.place, rest)).forEach(zones::add);
    }

    private void check(Zone zone) {
        double[] words = zone.place.read();
        double[] untouched = new double[words.length];
        Arrays.fill(untouched, UNTOUCHED);
        int at = Arrays.mismatch(untouched, words);
        if (at >= 0) {
            throw new AssertionError(
                    String.format(
                            "%s %s %s: wrote word %d %s %s",
                            node.path(),
                            node.name(),
                            backward ? "backward" : "forward",
                            at,
                            zone.side,
                            zone.tensor.name()));
        }
    }

    private static boolean apart(Place place, Collection<Place> others) {
        return others.stream().noneMatch(place::overlaps);
    }
}
