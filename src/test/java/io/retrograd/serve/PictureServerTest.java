package io.retrograd.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.image.PictureReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What is answered to those who mean well; {@link AttackTest} has the others. */
class PictureServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Softmax sums in another order for a batch of another size, at most. */
    private static final double ROUNDING = 1e-12;

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    /** Of {@code exp(z) / Σ exp(z)} for the same sample, without the server. */
    private static double[] expected(Small small, byte[] file) throws IOException {
        float[] values =
                Small.TRANSFORMS.values(
                        Small.TRANSFORMS.apply(new PictureReader().read(file, Path.of("x"))));
        double[] z = small.model.predict(values);
        double sum = 0;
        for (double v : z) {
            sum += Math.exp(v);
        }
        double[] p = new double[z.length];
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(z[c]) / sum;
        }
        return p;
    }

    private static void assertAnswers(JsonNode answer, double... expected) {
        double before = 1;
        for (JsonNode entry : answer.get("classes")) {
            int c = entry.get("class").asInt();
            assertEquals(expected[c], entry.get("probability").asDouble(), ROUNDING);
            assertEquals(Small.LABELS.get(c), entry.get("label").asText());
            assertTrue(entry.get("probability").asDouble() <= before);
            before = entry.get("probability").asDouble();
        }
        assertEquals(expected.length, answer.get("classes").size());
        assertEquals(answer.at("/classes/0/label"), answer.get("label"));
    }

    @Test
    void answersWithClassesAMapAndNeighbours() throws Exception {
        byte[] file = Small.picture();
        try (Small small = new Small(Limits.USUAL)) {
            double[] p = expected(small, file);
            JsonNode answer = json(small.post(file));
            assertAnswers(answer, p);
            assertEquals("grad-cam", answer.at("/attribution/method").asText());
            for (String pointer : List.of("/picture", "/attribution/picture")) {
                String url = answer.at(pointer).asText();
                byte[] png = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
                assertEquals(256, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
            }
            assertEquals(5, answer.get("nearest").size());
            for (JsonNode near : answer.get("nearest")) {
                HttpResponse<byte[]> picture =
                        small.client()
                                .send(
                                        small.to(near.get("picture").asText()).build(),
                                        HttpResponse.BodyHandlers.ofByteArray());
                assertEquals(200, picture.statusCode());
                assertTrue(ImageIO.read(new ByteArrayInputStream(picture.body())) != null);
            }
            assertEquals(List.of(), List.copyOf(small.log));
        }
    }

    /** A training picture itself is the nearest one, with a similarity of 1. */
    @Test
    void theNearestOneIsTheSame() throws Exception {
        var trained = Small.trained();
        byte[] pixels = new byte[3 * 16 * 16];
        double[] values = new double[pixels.length];
        trained.sample(7, values, 0);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(255 * values[i]);
        }
        byte[] file = TrainingPictures.png(new io.retrograd.image.Picture(3, 16, 16, pixels));
        try (Small small = new Small(Limits.USUAL)) {
            JsonNode nearest = json(small.post(file)).at("/nearest/0");
            assertEquals("/training/7.png", nearest.get("picture").asText());
            assertEquals(1, nearest.get("similarity").asDouble(), 1e-3);
            assertEquals(Small.LABELS.get(7 % 3), nearest.get("label").asText());
        }
    }

    @Test
    void aFormIsTakenToo() throws Exception {
        String file = new String(Small.picture(), StandardCharsets.ISO_8859_1);
        String body =
                "--AaB03x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
                        + "--AaB03x\r\nContent-Disposition: form-data; name=\"file\";"
                        + " filename=\"../../x.png\"\r\nContent-Type: image/png\r\n\r\n"
                        + file
                        + "\r\n--AaB03x--\r\n";
        try (Small small = new Small(Limits.USUAL)) {
            JsonNode plain = json(small.post(Small.picture()));
            JsonNode form =
                    json(
                            small.send(
                                    small.to("/predict")
                                            .header(
                                                    "Content-Type",
                                                    "multipart/form-data; boundary=AaB03x")
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofString(
                                                            body, StandardCharsets.ISO_8859_1))));
            assertEquals(plain.get("classes"), form.get("classes"));
        }
    }

    @Test
    void everyFormatIsTaken() throws Exception {
        try (Small small = new Small(Limits.USUAL)) {
            for (String format : List.of("png", "jpg", "gif", "bmp")) {
                HttpResponse<String> response = small.post(Small.picture(40, 30, 0x30A040, format));
                assertEquals(200, response.statusCode(), format + response.body());
            }
        }
    }

    /** All get the answer that they would get alone, and some are computed together. */
    @Test
    void twoHundredClientsAreAnsweredInBatches() throws Exception {
        try (Small small = new Small(new Limits(1 << 20, 1 << 20, 60, 256))) {
            byte[][] files =
                    IntStream.range(0, 8)
                            .mapToObj(i -> Small.picture(30 + i, 20, 0x203040 * (i + 1), "png"))
                            .toArray(byte[][]::new);
            double[][] expected = new double[files.length][];
            for (int i = 0; i < files.length; i++) {
                expected[i] = expected(small, files[i]);
            }
            List<CompletableFuture<HttpResponse<String>>> all =
                    IntStream.range(0, 200)
                            .mapToObj(
                                    n ->
                                            small.client()
                                                    .sendAsync(
                                                            small.to("/predict")
                                                                    .POST(
                                                                            HttpRequest
                                                                                    .BodyPublishers
                                                                                    .ofByteArray(
                                                                                            files[
                                                                                                    n
                                                                                                            % 8]))
                                                                    .build(),
                                                            HttpResponse.BodyHandlers.ofString()))
                            .toList();
            int largest = 0;
            for (int n = 0; n < all.size(); n++) {
                HttpResponse<String> response = all.get(n).get();
                assertEquals(200, response.statusCode(), response.body());
                assertAnswers(json(response), expected[n % 8]);
                largest = Math.max(largest, json(response).get("batch").asInt());
            }
            assertTrue(largest > 1 && largest <= 8, "largest batch " + largest);
        }
    }

    @Test
    void thePageIsOneFileWhoseNamesAreEscaped() throws Exception {
        try (Small small = new Small(Limits.USUAL)) {
            HttpResponse<String> page = small.get("/");
            assertEquals(200, page.statusCode());
            String html = page.body();
            assertTrue(html.contains("runs/&lt;i&gt;small&lt;/i&gt;"), html);
            assertTrue(html.contains("&lt;b&gt;over&lt;/b&gt;ripe"), html);
            assertFalse(html.contains("http:") || html.contains("https:"), html);
            assertFalse(html.contains("{{"), html);
            String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.startsWith("default-src 'none';"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals("nosniff", page.headers().firstValue("X-Content-Type-Options").orElse(""));
            HttpResponse<String> head =
                    small.send(small.to("/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
            assertEquals(200, head.statusCode());
        }
    }

    @Test
    void withoutTrainingPicturesItSaysSo() throws Exception {
        try (Small small = new Small(Limits.USUAL, null)) {
            JsonNode answer = json(small.post(Small.picture()));
            assertEquals(0, answer.get("nearest").size());
            assertEquals("They are gone.", answer.get("nearest_missing").asText());
            assertEquals(404, small.get("/training/0.png").statusCode());
        }
    }

    @Test
    void closingLeavesNoThread() throws Exception {
        Small small = new Small(Limits.USUAL);
        small.post(Small.picture());
        int port = small.server.port();
        small.close();
        assertThrows(
                IOException.class,
                () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
        for (int tries = 0; tries < 50 && threads().findAny().isPresent(); tries++) {
            Thread.sleep(100);
        }
        assertEquals(List.of(), threads().toList());
    }

    private static Stream<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("retrograd-serve"));
    }
}
