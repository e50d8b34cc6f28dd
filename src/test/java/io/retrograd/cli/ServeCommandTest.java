package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.ChildJava;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a user runs it, on a run that {@code train images} made. */
class ServeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STARTED = "serving on ";
    private static final List<Color> COLORS = List.of(Color.RED, Color.GREEN, Color.BLUE);
    private static final int EACH = 10;

    @TempDir private static Path folder;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        for (Color color : COLORS) {
            Path of = folder.resolve("data/class-" + COLORS.indexOf(color));
            Files.createDirectories(of);
            for (int i = 0; i < EACH; i++) {
                ImageIO.write(picture(color, i), "png", of.resolve(i + ".png").toFile());
            }
        }
        Cli cli =
                Cli.run(
                        "train",
                        "images",
                        "--data=" + folder.resolve("data"),
                        "--size=16",
                        "--epochs=2",
                        "--no-check",
                        "--runs=" + folder,
                        "--name=run");
        assertEquals(0, cli.exit(), cli.err());
        run = folder.resolve("run");
    }

    private static BufferedImage picture(Color color, int place) {
        BufferedImage image = new BufferedImage(24, 20, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color.darker());
        graphics.fillRect(place, place, 9, 9);
        graphics.dispose();
        return image;
    }

    /** A process that serves the run. */
    private record Serving(Process process, URI page) implements AutoCloseable {
        static Serving start(String... options) throws IOException {
            List<String> command = new ArrayList<>(ChildJava.command());
            command.addAll(
                    List.of(
                            "-cp",
                            System.getProperty("java.class.path"),
                            "io.retrograd.cli.Main",
                            "serve",
                            run.toString(),
                            "--port=0"));
            command.addAll(List.of(options));
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(folder.resolve("err").toFile())
                            .start();
            BufferedReader out = process.inputReader();
            String line = out.readLine();
            while (line != null && !line.startsWith(STARTED)) {
                line = out.readLine();
            }
            assertTrue(line != null, Files.readString(folder.resolve("err")));
            String url = Objects.requireNonNull(line).substring(STARTED.length());
            return new Serving(process, URI.create(url));
        }

        JsonNode predict(Path file) throws IOException, InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(page.resolve("/predict"))
                            .POST(HttpRequest.BodyPublishers.ofFile(file))
                            .build();
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            return JSON.readTree(response.body());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void servesWhatPredictSays() throws Exception {
        Path file = folder.resolve("data/class-1/3.png");
        Cli cli = Cli.run("predict", run.toString(), file.toString(), "--json", "--probabilities");
        JsonNode predicted = JSON.readTree(cli.lastLine()).at("/predictions/0");
        try (Serving serving = Serving.start("--timeout=2")) {
            JsonNode answer = serving.predict(file);
            assertEquals(predicted.get("label"), answer.get("label"));
            TreeMap<Integer, Double> served = new TreeMap<>();
            answer.get("classes")
                    .forEach(
                            c ->
                                    served.put(
                                            c.get("class").asInt(),
                                            c.get("probability").asDouble()));
            assertEquals(COLORS.size(), served.size());
            served.forEach(
                    (c, p) ->
                            assertEquals(predicted.at("/probabilities/" + c).asDouble(), p, 1e-6));
            JsonNode nearest = answer.at("/nearest/0");
            assertTrue(
                    Files.exists(folder.resolve("data").resolve(nearest.get("name").asText())),
                    answer.get("nearest").toString());
            leavesWhoeverSendsNoHeaders(serving.page().getPort());
            serving.process().destroy();
            assertTrue(serving.process().waitFor(20, TimeUnit.SECONDS), "it goes on");
            assertEquals(143, serving.process().exitValue());
            assertEquals("closing", Files.readString(folder.resolve("err")).strip());
        }
    }

    private static void leavesWhoeverSendsNoHeaders(int port) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream()
                    .write("POST /predict HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void dataThatHaveChangedAreNotComparedWith() throws Exception {
        Path moved = folder.resolve("other");
        Path file = moved.resolve("class-0/0.png");
        for (Color color : COLORS) {
            Path of = moved.resolve("class-" + COLORS.indexOf(color));
            Files.createDirectories(of);
            for (int i = 0; i < EACH; i++) {
                ImageIO.write(picture(color, i + 1), "png", of.resolve(i + ".png").toFile());
            }
        }
        try (Serving serving = Serving.start("--data=" + moved)) {
            JsonNode answer = serving.predict(file);
            assertEquals(0, answer.get("nearest").size());
            assertTrue(answer.get("nearest_missing").asText().contains("no longer"));
            String err = Files.readString(folder.resolve("err"));
            assertTrue(err.startsWith("no training pictures to compare with: "), err);
        }
    }

    @Test
    void whatCannotBeServedIsRefusedInALine() throws Exception {
        assertRefused(2, "expected the folder of a run", folder.toString());
        assertRefused(2, "--host: expected an address", run.toString(), "--host=no host");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "--port=" + taken.getLocalPort();
            assertRefused(1, "--port: expected a free port", run.toString(), port, "--compare=0");
        }
        Cli text =
                Cli.run(
                        "train",
                        "csv",
                        "--label=label",
                        "--data=" + Files.writeString(folder.resolve("t.csv"), table()),
                        "--epochs=1",
                        "--no-check",
                        "--runs=" + folder,
                        "--name=rows");
        assertEquals(0, text.exit(), text.err());
        assertRefused(2, "expected a run on pictures", folder.resolve("rows").toString());
    }

    private static String table() {
        StringBuilder rows = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 20; i++) {
            rows.append(i).append(',').append(-i).append(',').append(i % 2).append('\n');
        }
        return rows.toString();
    }

    private static void assertRefused(int exit, String reason, String... arguments) {
        List<String> words = new ArrayList<>(List.of("serve"));
        words.addAll(List.of(arguments));
        Cli cli = Cli.run(words.toArray(String[]::new));
        assertEquals(exit, cli.exit(), cli.toString());
        assertTrue(cli.err().contains(reason), cli.err());
        assertTrue(cli.err().startsWith("retrograd: ") && !cli.err().contains("\tat "), cli.err());
    }
}
