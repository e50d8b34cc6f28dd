package io.retrograd.bind;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When each tensor of a binding is needed, which ones share memory, and where each is placed.
 *
 * <p>Tensors that were not added (parameters, which have memory of their own) are passed over.
 */
final class Lifetimes {
    private final Memory memory;
    private final Map<Tensor, Life> lives = new HashMap<>();
    private final List<Tensor> order = new ArrayList<>();

    /** Tensors with the memory of one that was not added. */
    private final Map<Tensor, Tensor> elsewhere = new LinkedHashMap<>();

    private final MemoryPlan plan = new MemoryPlan();

    Lifetimes(Memory memory) {
        this.memory = memory;
    }

    /** The times between which one tensor is needed, and the group that has its memory. */
    private static final class Life {
        private int first = Integer.MAX_VALUE;
        private int last = Integer.MIN_VALUE;
        private Group group = new Group();
    }

    /** Tensors in one block of memory. */
    private static final class Group {
        private final List<Tensor> members = new ArrayList<>();
        private MemoryPlan.@Nullable Block block;
    }

    /** A tensor that is to be placed. */
    void add(Tensor tensor) {
        Life life = new Life();
        life.group.members.add(tensor);
        if (lives.putIfAbsent(tensor, life) == null) {
            order.add(tensor);
        }
    }

    /** The tensor is needed at this time. */
    void touch(Tensor tensor, int time) {
        Life life = lives.get(tensor);
        if (life != null) {
            life.first = Math.min(life.first, time);
            life.last = Math.max(life.last, time);
        }
    }

    /** The tensor is needed from the first time to this one. */
    void touchAlways(Tensor tensor, int end) {
        touch(tensor, 0);
        touch(tensor, Math.max(end, 0));
    }

    /** Both hold the same values at all times when they are needed. */
    void alias(Tensor tensor, Tensor source) {
        Life a = lives.get(tensor);
        Life b = lives.get(source);
        if (a != null && b != null) {
            merge(a.group, b.group);
        } else if (a != null) {
            lives.remove(tensor);
            order.remove(tensor);
            elsewhere.put(tensor, source);
        }
    }

    /** Tensors that are to have the memory of one that was not added, which each comes with. */
    Map<Tensor, Tensor> elsewhere() {
        return elsewhere;
    }

    /**
     * Lets tensors take the memory of those that their operation can overwrite, where these are not
     * needed afterwards. To be called when all times are known.
     */
    void overwrite(Map<Tensor, Tensor> overwrites) {
        List<Tensor> targets = new ArrayList<>(overwrites.keySet());
        targets.retainAll(lives.keySet());
        targets.sort(Comparator.comparingInt(tensor -> life(tensor).first));
        for (Tensor target : targets) {
            Life source = lives.get(overwrites.get(target));
            Group group = life(target).group;
            if (source != null
                    && source.group != group
                    && last(source.group) <= first(group)
                    && first(group) == life(target).first) {
                merge(group, source.group);
            }
        }
    }

    /** Gives every tensor that is ever needed its place. */
    MemoryPlan place() {
        for (Tensor tensor : order) {
            Life life = life(tensor);
            if (life.first <= life.last && life.group.block == null) {
                long size =
                        life.group.members.stream().mapToLong(memory::footprint).max().orElse(0);
                life.group.block = plan.add(size);
            }
        }
        for (Tensor tensor : order) {
            Life life = life(tensor);
            if (life.first <= life.last && life.group.block != null) {
                life.group.block.touch(life.first);
                life.group.block.touch(life.last);
            }
        }
        plan.place();
        return plan;
    }

    /** Puts every tensor that is ever needed into the arena. */
    void place(Memory.Arena arena) {
        for (Tensor tensor : order) {
            Life life = life(tensor);
            if (life.first <= life.last && life.group.block != null) {
                memory.place(tensor, arena, life.group.block.offset());
            }
        }
    }

    private Life life(Tensor tensor) {
        Life life = lives.get(tensor);
        if (life == null) {
            throw new IllegalStateException(tensor + ": not planned");
        }
        return life;
    }

    private int first(Group group) {
        return group.members.stream().mapToInt(tensor -> life(tensor).first).min().orElseThrow();
    }

    private int last(Group group) {
        return group.members.stream().mapToInt(tensor -> life(tensor).last).max().orElseThrow();
    }

    private void merge(Group from, Group into) {
        if (from != into) {
            into.members.addAll(from.members);
            from.members.forEach(tensor -> life(tensor).group = into);
        }
    }
}
