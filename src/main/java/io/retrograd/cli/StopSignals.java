package io.retrograd.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and {@code kill} ask a command to stop at a good place; a second time they end the
 * process, as they do outside such a command.
 *
 * <p>Java has signals in {@code sun.misc} alone, which is called by name so that nothing is bound
 * to it. Where it lacks one, or is told with {@code -Xrs} to leave it alone, the signal ends the
 * process the first time.
 */
final class StopSignals implements AutoCloseable {
    private static final int KILLED = 128;
    private static final List<String> NAMES = List.of("INT", "TERM");

    private final PrintWriter err;
    private final String said;
    private final CountDownLatch came = new CountDownLatch(1);

    /** What each signal did before. */
    private final Map<Object, Object> before = new LinkedHashMap<>();

    private volatile int received;

    /**
     * Takes the signals until it is closed.
     *
     * @param said when one comes
     */
    StopSignals(PrintWriter err, String said) {
        this.err = err;
        this.said = said;
        NAMES.forEach(this::take);
    }

    private synchronized void take(String name) {
        try {
            Class<?> kind = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object signal = kind.getConstructor(String.class).newInstance(name);
            Object ours =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, args) -> called(proxy, method.getName(), args));
            before.put(signal, handle(signal, ours));
        } catch (ReflectiveOperationException | RuntimeException e) {
            // This Java leaves the signal to the system.
        }
    }

    private static Object handle(Object signal, Object handler)
            throws ReflectiveOperationException {
        Class<?> kind = Class.forName("sun.misc.SignalHandler");
        return signal.getClass()
                .getMethod("handle", signal.getClass(), kind)
                .invoke(null, signal, handler);
    }

    private @Nullable Object called(Object proxy, String method, Object @Nullable [] args)
            throws ReflectiveOperationException {
        return switch (method) {
            case "equals" -> args != null && proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "StopSignals";
            default -> {
                if (args != null) {
                    receive(args[0]);
                }
                yield null;
            }
        };
    }

    private void receive(Object signal) throws ReflectiveOperationException {
        int number = (int) signal.getClass().getMethod("getNumber").invoke(signal);
        restore();
        received = number;
        err.println(said);
        err.flush();
        came.countDown();
    }

    /** Waits until one comes. */
    void await() throws InterruptedException {
        came.await();
    }

    /** Whether one came. */
    boolean stopped() {
        return received != 0;
    }

    /** The exit code of what one stopped, 130 for Ctrl-C. */
    int exitCode() {
        return KILLED + received;
    }

    private synchronized void restore() throws ReflectiveOperationException {
        for (Map.Entry<Object, Object> entry : before.entrySet()) {
            handle(entry.getKey(), entry.getValue());
        }
        before.clear();
    }

    @Override
    public void close() {
        try {
            restore();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
