package io.retrograd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A browser without a window, told what to do through its debugging protocol. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final String LISTENING = "DevTools listening on ";
    private static final long PATIENCE_MS = 30_000;

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();

    /** What the page complained of. */
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    /** The browser's program; null if there is none. */
    static @Nullable Path program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    Chromium(Path program, Path profile) throws IOException, InterruptedException {
        ProcessBuilder start =
                new ProcessBuilder(
                                program.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true);
        start.environment().put("TMPDIR", profile.toString());
        process = start.start();
        URI browser = listening(process.inputReader());
        HttpClient client = HttpClient.newHttpClient();
        socket =
                client.newWebSocketBuilder()
                        .buildAsync(page(client, browser), new Listener())
                        .join();
        send("Page.enable", Map.of());
        send("Runtime.enable", Map.of());
        send("Log.enable", Map.of());
    }

    private static URI listening(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(LISTENING)) {
                Thread rest = new Thread(() -> out.lines().forEach(ignored -> {}));
                rest.setDaemon(true);
                rest.start();
                return URI.create(line.substring(LISTENING.length()).strip());
            }
        }
        throw new IOException("the browser ended");
    }

    private static URI page(HttpClient client, URI browser)
            throws IOException, InterruptedException {
        HttpRequest list =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + browser.getPort() + "/json/list"))
                        .build();
        for (JsonNode tab :
                JSON.readTree(client.send(list, HttpResponse.BodyHandlers.ofString()).body())) {
            if (tab.path("type").asText().equals("page")) {
                return URI.create(tab.path("webSocketDebuggerUrl").asText());
            }
        }
        throw new IOException("the browser has no page");
    }

    /** Puts messages together and gives answers to those who asked. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private void take(String message) {
        JsonNode node;
        try {
            node = JSON.readTree(message);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        CompletableFuture<JsonNode> waiting = asked.remove(node.path("id").asInt(-1));
        if (waiting != null) {
            waiting.complete(node);
        } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded")
                .contains(node.path("method").asText())) {
            complaints.add(node.path("params").toString());
        }
    }

    JsonNode send(String method, Map<String, ?> parameters) {
        int number = numbers.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(number, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", number);
        message.put("method", method);
        message.put("params", parameters);
        socket.sendText(JSON.valueToTree(message).toString(), /* last= */ true).join();
        return answer.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).join().path("result");
    }

    /** The value of an expression of JavaScript. */
    JsonNode value(String expression) {
        return send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                .path("result")
                .path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!value("Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never true: " + expression + "; " + complaints);
            }
            Thread.sleep(50);
        }
    }

    void open(URI page) throws InterruptedException {
        send("Page.navigate", Map.of("url", page.toString()));
        await("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** A screen of this size, and the colours that its owner likes. */
    void screen(int width, int height, boolean phone, String scheme) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        send("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Drops a file on the page, as a hand would. */
    void drop(String name, String type, byte... file) {
        value(
                String.format(
                        "{const bytes = Uint8Array.from(atob('%s'), c => c.charCodeAt(0));"
                                + "const dataTransfer = new DataTransfer();"
                                + "dataTransfer.items.add(new File([bytes], '%s', {type: '%s'}));"
                                + "document.getElementById('drop').dispatchEvent(new DragEvent("
                                + "'drop', {dataTransfer, bubbles: true, cancelable: true}));}",
                        Base64.getEncoder().encodeToString(file), name, type));
    }

    /** Writes what is to be seen of the whole page. */
    void screenshot(Path file) throws IOException {
        String png =
                send(
                                "Page.captureScreenshot",
                                Map.of("format", "png", "captureBeyondViewport", true))
                        .path("data")
                        .asText();
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(png.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() {
        send("Browser.close", Map.of());
        socket.abort();
        process.onExit().completeOnTimeout(process, PATIENCE_MS, TimeUnit.MILLISECONDS).join();
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }
}
