package io.retrograd.bind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places blocks that live for a while in one arena, so that blocks which never live at the same
 * time share memory.
 *
 * <p>Greedy by size: the largest block first, each at the lowest free offset. Source: Y. Pisarchyk,
 * J. Lee, Efficient memory management for deep neural net inference, 2020.
 */
final class MemoryPlan {
    private final List<Block> blocks = new ArrayList<>();
    private long bytes;

    /** A block of memory and the times between which it is needed, both inclusive. */
    static final class Block {
        private final long size;
        private int first = Integer.MAX_VALUE;
        private int last = Integer.MIN_VALUE;
        private long offset;

        Block(long size) {
            this.size = size;
        }

        /** The block is needed at this time. */
        void touch(int time) {
            first = Math.min(first, time);
            last = Math.max(last, time);
        }

        long offset() {
            return offset;
        }

        private boolean meets(Block other) {
            return first <= other.last && other.first <= last;
        }
    }

    /** Adds a block; its times may still grow until {@link #place}. */
    Block add(long size) {
        Block block = new Block(size);
        blocks.add(block);
        return block;
    }

    /** Gives every block its offset. Blocks that were never touched are placed at 0. */
    void place() {
        List<Block> placed = new ArrayList<>();
        List<Block> order = new ArrayList<>(blocks);
        order.sort(Comparator.comparingLong((Block b) -> b.size).reversed());
        for (Block block : order) {
            block.offset = lowestFreeOffset(block, placed);
            bytes = Math.max(bytes, Math.addExact(block.offset, block.size));
            placed.add(block);
        }
    }

    long bytes() {
        return bytes;
    }

    /** The size of all blocks together if none shared memory. */
    long bytesWithoutReuse() {
        return blocks.stream().mapToLong(b -> b.size).sum();
    }

    private static long lowestFreeOffset(Block block, List<Block> placed) {
        List<Block> conflicts =
                placed.stream()
                        .filter(block::meets)
                        .sorted(Comparator.comparingLong(b -> b.offset))
                        .toList();
        long offset = 0;
        for (Block other : conflicts) {
            if (offset + block.size <= other.offset) {
                break;
            }
            offset = Math.max(offset, other.offset + other.size);
        }
        return offset;
    }
}
