package io.retrograd.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private record Life(long size, int first, int last, MemoryPlan.Block block) {
        boolean overlaps(Life other) {
            boolean sameTime = first <= other.last && other.first <= last;
            boolean samePlace =
                    block.offset() < other.block.offset() + other.size
                            && other.block.offset() < block.offset() + size;
            return sameTime && samePlace;
        }
    }

    @Test
    void blocksThatLiveAtTheSameTimeNeverShareMemory() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 50; round++) {
            MemoryPlan plan = new MemoryPlan();
            List<Life> lives = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                long size = 64L * random.nextInt(1, 20);
                int first = random.nextInt(60);
                int last = first + random.nextInt(15);
                MemoryPlan.Block block = plan.add(size);
                block.touch(last);
                block.touch(first);
                lives.add(new Life(size, first, last, block));
            }
            plan.place();
            for (int i = 0; i < lives.size(); i++) {
                Life life = lives.get(i);
                assertTrue(life.block.offset() + life.size <= plan.bytes());
                for (Life other : lives.subList(i + 1, lives.size())) {
                    assertTrue(!life.overlaps(other), life + " overlaps " + other);
                }
            }
            assertTrue(plan.bytes() <= plan.bytesWithoutReuse());
        }
    }

    /** A chain needs two buffers at a time, whatever its length. */
    @Test
    void aChainTakesTwoBuffers() {
        MemoryPlan plan = new MemoryPlan();
        for (int i = 0; i < 20; i++) {
            MemoryPlan.Block block = plan.add(128);
            block.touch(i);
            block.touch(i + 1);
        }
        plan.place();
        assertEquals(2 * 128, plan.bytes());
        assertEquals(20 * 128, plan.bytesWithoutReuse());
    }
}
