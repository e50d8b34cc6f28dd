package io.retrograd.tensor;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread at a time work on a device, the one that has waited longest first.
 *
 * <p>Everything that reads, writes, runs or frees something on a device happens between {@link
 * #enter} and {@link #exit}. Waiting is not ended by an interrupt: the thread stays interrupted,
 * and goes on when its turn comes.
 */
public final class DeviceLock {
    private final ReentrantLock lock = new ReentrantLock(/* fair= */ true);
    private final String device;
    private boolean closed;

    /**
     * The lock of an open device.
     *
     * @param device its name in errors
     */
    public DeviceLock(String device) {
        this.device = device;
    }

    /**
     * Waits for the device and takes it for this thread, until as many calls of {@link #exit}.
     *
     * @throws IllegalStateException if the device is closed
     */
    public void enter() {
        lock.lock();
        if (closed) {
            lock.unlock();
            throw new IllegalStateException(
                    device
                            + ": expected an open device, got one after close(); close it after"
                            + " everything that uses it has ended");
        }
    }

    /** The same to give something back, which a closed device allows too. */
    public void enterToFree() {
        lock.lock();
    }

    /** Gives the device to the next thread. */
    public void exit() {
        lock.unlock();
    }

    /**
     * Works on the device.
     *
     * @throws IllegalStateException if the device is closed
     */
    public <T> T during(Supplier<T> work) {
        enter();
        try {
            return work.get();
        } finally {
            exit();
        }
    }

    /**
     * Closes the device, once no other thread is at work on it; the second time does nothing.
     *
     * @param free gives back what the device holds
     */
    public void close(Runnable free) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                free.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Checks that this thread has the device.
     *
     * @throws IllegalStateException if not: a way to the device forgot to take it
     */
    public void requireHeld() {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    device
                            + ": expected a thread that has taken the device, got "
                            + Thread.currentThread().getName());
        }
    }
}
