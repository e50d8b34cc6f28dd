package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that share work. */
class TeamTest {
    private static Team team(int threads) {
        return new Engine(Precision.FLOAT32, threads, /* deterministic= */ false).team();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void doesEachItemOnce(int threads) {
        Team team = team(threads);
        for (int items : new int[] {0, 1, 2, 5, 64, 1000}) {
            AtomicIntegerArray done = new AtomicIntegerArray(items);
            for (int turn = 0; turn < 100; turn++) {
                team.run(
                        items,
                        (member, from, to) -> {
                            for (int i = from; i < to; i++) {
                                done.incrementAndGet(i);
                            }
                        });
            }
            int[] expected = new int[items];
            Arrays.fill(expected, 100);
            int[] actual = new int[items];
            Arrays.setAll(actual, done::get);
            assertArrayEquals(expected, actual);
        }
    }

    @Test
    void eachMemberIsAThreadOfItsOwn() {
        Team team = team(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        team.run(3, (member, from, to) -> threads.add(Thread.currentThread()));
        assertEquals(3, threads.size());
        assertEquals(3, team.members());
    }

    @Test
    void whatFailsIsToldAndTheNextTurnWorks() {
        Team team = team(2);
        for (int failing = 0; failing < 2; failing++) {
            int bad = failing;
            IllegalStateException told =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    team.run(
                                            2,
                                            (member, from, to) -> {
                                                if (member == bad) {
                                                    throw new IllegalStateException("no memory");
                                                }
                                            }));
            assertEquals("cpu: no memory", told.getMessage());
            team.run(2, (member, from, to) -> {});
        }
    }
}
