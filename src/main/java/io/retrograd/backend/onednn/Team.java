package io.retrograd.backend.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share work in Java, the calling one included. Each has an engine of its own, so that
 * primitives can run in all of them at once, in one thread each.
 *
 * <p>A turn allocates nothing. Between turns the threads sleep; they end once nothing refers to the
 * team any more.
 */
final class Team {
    /** Looks before a thread sleeps, some 20 µs. */
    private static final int SPINS = 1_000;

    private final List<Member> members;
    private final Shared shared;

    /** The engine and the workspaces of a thread, used by one step after the other. */
    record Member(Engine engine, Map<Class<?>, Object> rooms) {
        private Member(Engine whole) {
            this(whole.single(), new HashMap<>());
        }

        /** The thread's only object of a kind, made on first use. */
        <T> T own(Class<T> kind, Supplier<T> maker) {
            return kind.cast(rooms.computeIfAbsent(kind, it -> maker.get()));
        }
    }

    /** One thread's share of the work: items {@code from} to {@code to - 1}. */
    @FunctionalInterface
    interface Part {
        void run(int member, int from, int to);
    }

    /** As many threads as the engine computes with. */
    Team(Engine whole) {
        int threads = whole.threads();
        members = IntStream.range(0, threads).mapToObj(i -> new Member(whole)).toList();
        shared = new Shared(threads);
        for (int i = 1; i < threads; i++) {
            shared.threads[i] = shared.start(i);
        }
        OneDnnMemory.whenUnreachable(this, shared::end);
    }

    int members() {
        return members.size();
    }

    /** The engine and the workspaces of one thread. */
    Member member(int member) {
        return members.get(member);
    }

    /**
     * Does work that falls into items, cut into as many parts as there are threads; returns when
     * all of it is done.
     */
    synchronized void run(int items, Part part) {
        shared.run(items, part);
    }

    /** The state that the threads see; it must not refer to the team. */
    private static final class Shared {
        private final Thread[] threads;
        private final AtomicInteger unfinished = new AtomicInteger();
        private @Nullable Part part;
        private int items;
        private volatile int turn;
        private volatile boolean ended;
        private volatile @Nullable Thread caller;
        private volatile @Nullable Throwable failure;

        Shared(int members) {
            threads = new Thread[members];
        }

        Thread start(int member) {
            Thread thread = new Thread(() -> work(member), "retrograd-cpu-" + member);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        void end() {
            ended = true;
            wake();
        }

        private void wake() {
            for (int i = 1; i < threads.length; i++) {
                LockSupport.unpark(threads[i]);
            }
        }

        // Only the calling thread counts turns.
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void run(int count, Part work) {
            part = work;
            items = count;
            failure = null;
            caller = Thread.currentThread();
            unfinished.set(threads.length - 1);
            turn++;
            wake();
            take(work, 0);
            await(unfinished);
            caller = null;
            part = null;
            Throwable thrown = failure;
            if (thrown != null) {
                throw new IllegalStateException("cpu: " + thrown.getMessage(), thrown);
            }
        }

        private static void await(AtomicInteger zero) {
            for (int i = 0; zero.get() != 0; i++) {
                if (i < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(zero);
                }
            }
        }

        private void work(int member) {
            int seen = 0;
            while (true) {
                for (int i = 0; turn == seen && !ended; i++) {
                    if (i < SPINS) {
                        Thread.onSpinWait();
                    } else {
                        LockSupport.park(this);
                    }
                }
                if (ended) {
                    return;
                }
                seen = turn;
                take(part, member);
                Thread waiting = caller;
                if (unfinished.decrementAndGet() == 0) {
                    LockSupport.unpark(waiting);
                }
            }
        }

        // The caller gets whatever is thrown, and must not wait for ever.
        @SuppressWarnings("CatchingUnchecked")
        private void take(@Nullable Part work, int member) {
            try {
                if (work != null) {
                    long all = items;
                    int from = (int) (all * member / threads.length);
                    int to = (int) (all * (member + 1) / threads.length);
                    work.run(member, from, to);
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }
    }
}
