package io.retrograd.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves a network by HTTP.
 *
 * <pre>
 *   GET  /                   a page to drop a picture on
 *   POST /predict            a picture, as the body or as the file of a form; gives JSON
 *   GET  /training/N.png     a training picture that an answer names
 * </pre>
 *
 * <pre>{@code
 * try (PictureServer server = PictureServer.start(address, served, Limits.USUAL, log)) {
 *     ...                                       // server.port()
 * }
 * }</pre>
 *
 * <p>An error is JSON too, {@code {"error": ...}}, with status 400 for what is no sound picture,
 * 413 for one that is too large, 503 and a {@code Retry-After} where too many wait; whoever sends
 * too slowly is left. Closing it ends what is under way and leaves the model open.
 */
public final class PictureServer implements AutoCloseable {
    private static final int BACKLOG = 512;

    /** Threads beyond those that wait: for pages, and to refuse. */
    private static final int SPARE = 32;

    private static final int IDLE_SECONDS = 10;
    private static final int STACK = 1 << 19;
    private static final String RETRY_SECONDS = "2";
    private static final Pattern LOCAL =
            Pattern.compile("(?i)(localhost|\\[::1]|127(\\.\\d{1,3}){3})(:\\d*)?");
    private static final Pattern TRAINING = Pattern.compile("/training/(\\d{1,7})\\.png");

    private final HttpServer http;
    private final Answers answers;
    private final Served served;
    private final Limits limits;
    private final Page page;
    private final Upload upload;
    private final boolean local;
    private final Consumer<String> log;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService clock;

    private PictureServer(
            HttpServer http,
            boolean local,
            Served served,
            Limits limits,
            Answers answers,
            Consumer<String> log) {
        this.http = http;
        this.local = local;
        this.served = served;
        this.limits = limits;
        this.answers = answers;
        this.log = log;
        page = Page.of(served, limits);
        upload = new Upload(limits.bytes());
        int count = limits.waiting() + SPARE;
        threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> thread(work, "retrograd-serve"));
        threads.allowCoreThreadTimeOut(true);
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, work -> thread(work, "retrograd-serve-clock"));
        timer.setRemoveOnCancelPolicy(true);
        clock = timer;
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(/* group= */ null, work, name, STACK);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts to serve. Looks at the training pictures first, which may take a while.
     *
     * @param address port 0 for any that is free
     * @param log receives what only the one who serves shall know
     * @throws IOException if the port cannot be had
     */
    public static PictureServer start(
            InetSocketAddress address, Served served, Limits limits, Consumer<String> log)
            throws IOException {
        // Read once, when the first server of this Java is made: how long headers may take.
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(limits.seconds()));
        HttpServer http = HttpServer.create(address, BACKLOG);
        Answers answers;
        try {
            answers = new Answers(served, limits);
        } catch (RuntimeException e) {
            http.stop(0);
            throw e;
        }
        InetAddress bound = address.getAddress();
        boolean local = bound != null && bound.isLoopbackAddress();
        PictureServer server = new PictureServer(http, local, served, limits, answers, log);
        http.setExecutor(server.threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** The port that it listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    /**
     * What is sent back.
     *
     * @param more headers
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Reply(int status, String type, byte[] body, Map<String, String> more) {
        static Reply ok(String type, byte[] body) {
            return new Reply(200, type, body, Map.of("Cache-Control", "no-store"));
        }

        static Reply refused(Refusal refusal) {
            Map<String, String> more =
                    switch (refusal.status()) {
                        case Refusal.BUSY -> Map.of("Retry-After", RETRY_SECONDS);
                        case Refusal.WRONG_METHOD -> Map.of("Allow", refusal.reason());
                        default -> Map.of();
                    };
            String reason =
                    refusal.status() == Refusal.WRONG_METHOD
                            ? "expected the method " + refusal.reason()
                            : refusal.reason();
            return new Reply(
                    refusal.status(),
                    "application/json",
                    Answers.bytes(Map.of("error", reason)),
                    more);
        }
    }

    private void handle(HttpExchange exchange) {
        // A client that takes no answer, as one that sends nothing, is left.
        ScheduledFuture<?> end = after(3 * limits.seconds(), exchange::close);
        try {
            send(exchange, reply(exchange));
        } catch (IOException e) {
            // It has gone.
        } finally {
            end.cancel(/* mayInterruptIfRunning= */ false);
            exchange.close();
        }
    }

    private ScheduledFuture<?> after(int seconds, Runnable work) {
        return clock.schedule(work, seconds, TimeUnit.SECONDS);
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        try {
            return route(exchange);
        } catch (Refusal e) {
            return Reply.refused(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.accept(exchange.getRequestMethod() + " failed: " + e);
            return Reply.refused(new Refusal(Refusal.FAILED, "the server failed; it has said why"));
        }
    }

    private Reply route(HttpExchange exchange) throws IOException, Refusal {
        checkHost(exchange.getRequestHeaders().getFirst("Host"));
        String path = String.valueOf(exchange.getRequestURI().getPath());
        if (path.equals("/predict")) {
            method(exchange, "POST");
            return predict(exchange);
        }
        method(exchange, "GET");
        if (path.equals("/")) {
            return Reply.ok(
                    "text/html; charset=utf-8", page.html().getBytes(StandardCharsets.UTF_8));
        }
        Matcher picture = TRAINING.matcher(path);
        TrainingPictures training = served.training();
        if (!picture.matches() || training == null) {
            throw new Refusal(Refusal.NOT_FOUND, "there is no such page");
        }
        int number = Integer.parseInt(picture.group(1));
        if (number >= training.count()) {
            throw new Refusal(Refusal.NOT_FOUND, "there is no such picture");
        }
        try {
            return new Reply(
                    200,
                    "image/png",
                    training.png(number),
                    Map.of("Cache-Control", "private, max-age=600"));
        } catch (IOException e) {
            log.accept(String.valueOf(e.getMessage()));
            throw new Refusal(Refusal.NOT_FOUND, "this picture is no longer there");
        }
    }

    /** Else a page elsewhere could have its name lead here, and read what is here. */
    private void checkHost(String host) throws Refusal {
        if (!local) {
            return;
        }
        if (host == null || !LOCAL.matcher(host).matches()) {
            throw new Refusal(
                    Refusal.WRONG_HOST, "expected a request to localhost, got one to another host");
        }
    }

    private static void method(HttpExchange exchange, String expected) throws Refusal {
        String method = exchange.getRequestMethod();
        if (!method.equals(expected) && !(expected.equals("GET") && method.equals("HEAD"))) {
            throw new Refusal(Refusal.WRONG_METHOD, expected);
        }
    }

    private Reply predict(HttpExchange exchange) throws IOException, Refusal {
        AtomicBoolean slow = new AtomicBoolean();
        ScheduledFuture<?> late =
                after(
                        limits.seconds(),
                        () -> {
                            slow.set(true);
                            exchange.close();
                        });
        try {
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            return upload.read(
                    exchange.getRequestBody(),
                    () -> late.cancel(/* mayInterruptIfRunning= */ false),
                    body -> Reply.ok("application/json", answers.answer(Upload.file(type, body))));
        } finally {
            late.cancel(/* mayInterruptIfRunning= */ false);
            if (slow.get()) {
                log.accept("a client sent too slowly, and was left");
            }
        }
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", reply.type);
        headers.set("Content-Security-Policy", page.policy());
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        reply.more.forEach(headers::set);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(reply.status, head ? -1 : reply.body.length);
        if (!head) {
            exchange.getResponseBody().write(reply.body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        clock.shutdownNow();
        answers.close();
    }
}
