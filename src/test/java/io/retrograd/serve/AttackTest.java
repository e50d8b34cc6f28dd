package io.retrograd.serve;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that mean harm: each gets a clear answer, soon, and the next one is served. */
@Tag("slow")
class AttackTest {
    private static final int BYTES = 1_000_000;
    private static final Limits LIMITS = new Limits(BYTES, 1 << 20, 2, 4);

    private Small small;

    @BeforeEach
    void start() throws IOException {
        small = new Small(LIMITS);
    }

    @AfterEach
    void stillServes() throws Exception {
        try (Small closed = small) {
            HttpResponse<String> response = closed.post(Small.picture());
            assertEquals(200, response.statusCode(), response.body());
        }
    }

    private static void assertRefused(int status, String reason, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertTrue(response.body().startsWith("{\"error\":\""), response.body());
        assertTrue(response.body().contains(reason), response.body());
        assertFalse(response.body().contains("Exception:"), response.body());
        assertFalse(response.body().contains("\tat "), response.body());
    }

    private static byte[] png(int width, int height, byte[]... more) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(header);
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
        file.write(chunk("IHDR", header.toByteArray()));
        for (byte[] chunk : more) {
            file.write(chunk);
        }
        file.write(chunk("IDAT", deflated(new byte[0], height * (1 + 3 * width) % (1 << 26))));
        file.write(chunk("IEND"));
        return file.toByteArray();
    }

    private static byte[] chunk(String name, byte... content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeInt(content.length);
        byte[] type = name.getBytes(StandardCharsets.ISO_8859_1);
        data.write(type);
        data.write(content);
        CRC32 sum = new CRC32();
        sum.update(type);
        sum.update(content);
        data.writeInt((int) sum.getValue());
        return bytes.toByteArray();
    }

    /** Some bytes and then as many zeros, compressed about a thousandfold. */
    private static byte[] deflated(byte[] head, int zeros) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(head);
            byte[] part = new byte[1 << 16];
            for (int left = zeros; left > 0; left -= part.length) {
                out.write(part, 0, Math.min(left, part.length));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void whatIsNoPictureIsSaidToBeNone() throws Exception {
        assertRefused(400, "got an empty file", small.post());
        assertRefused(
                400, "got something else", small.post("%PDF-1.7".getBytes(StandardCharsets.UTF_8)));
        byte[] disguised = Arrays.copyOf(Small.picture(), 8);
        assertRefused(400, "sound PNG", small.post(disguised));
        byte[] script = "GIF89a/*<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
        assertRefused(400, "sound GIF", small.post(script));
        byte[] java = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE};
        assertRefused(400, "got something else", small.post(java));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void aTruncatedPictureIsRefused(String format) throws Exception {
        byte[] whole = Small.picture(64, 64, 0x805020, format);
        for (int part = 1; part < 8; part++) {
            HttpResponse<String> response =
                    small.post(Arrays.copyOf(whole, whole.length * part / 8));
            assertRefused(400, "picture: expected", response);
        }
    }

    /** Each byte in turn becomes another one: the answer is a class or a reason. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void aDamagedPictureIsAnsweredOrRefused(String format) throws Exception {
        byte[] whole = Small.picture(12, 12, 0x805020, format);
        for (int i = 0; i < whole.length; i += 1 + whole.length / 60) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (0x55 + i);
            int status = small.post(damaged).statusCode();
            assertTrue(status == 200 || status == 400, "byte " + i + ": " + status);
        }
        assertEquals(List.of(), List.copyOf(small.log));
    }

    @Test
    void aPictureOfTooManyPixelsIsRefusedBeforeItIsDecoded() throws Exception {
        long start = System.nanoTime();
        assertRefused(400, "expected at most 1,048,576 pixels", small.post(png(50_000, 50_000)));
        assertRefused(400, "pixels", small.post(png(Integer.MAX_VALUE, Integer.MAX_VALUE)));
        assertTrue(System.nanoTime() - start < 2_000_000_000L, "it took long");
    }

    /** Text and profiles of a gigabyte in a megabyte. */
    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iTXt", "iCCP"})
    void compressedChunksDoNotBurst(String name) throws Exception {
        byte[] head =
                (name.equals("iTXt") ? "a\0\1\0\0\0" : "a\0\0")
                        .getBytes(StandardCharsets.ISO_8859_1);
        byte[] burst = deflated(new byte[0], 900_000_000);
        byte[] content = Arrays.copyOf(head, head.length + burst.length);
        System.arraycopy(burst, 0, content, head.length, burst.length);
        byte[] file = png(8, 8, chunk(name, content));
        assertTrue(file.length < BYTES, "it is " + file.length);
        long start = System.nanoTime();
        int status = small.post(file).statusCode();
        assertTrue(status == 200 || status == 400, "status " + status);
        assertTrue(System.nanoTime() - start < 5_000_000_000L, "it took long");
    }

    /** Each scan costs a decoder all pixels, and a sender a few bytes. */
    @Test
    void aPictureOfTooManyScansIsRefused() throws Exception {
        byte[] whole = Small.picture(40, 30, 0x30A040, "jpg");
        byte[] file = Arrays.copyOf(whole, whole.length + 2 * 300);
        for (int i = whole.length; i < file.length; i += 2) {
            file[i] = (byte) 0xFF;
            file[i + 1] = (byte) 0xDA;
        }
        assertRefused(400, "more than 200 scans", small.post(file));
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        assertRefused(413, "at most 1,000,000 bytes", small.post(new byte[BYTES + 1]));
        HttpRequest.BodyPublisher unknownLength =
                HttpRequest.BodyPublishers.ofInputStream(InputStream::nullInputStream);
        assertRefused(400, "empty", small.send(small.to("/predict").POST(unknownLength)));
        HttpRequest.BodyPublisher chunks =
                HttpRequest.BodyPublishers.ofByteArrays(Collections.nCopies(30, new byte[100_000]));
        assertRefused(413, "at most", small.send(small.to("/predict").POST(chunks)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/training/../../../../etc/passwd",
                "/training/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "/training/..%5c..%5cwindows",
                "/training/-1.png",
                "/training/20.png",
                "/training/9999999.png",
                "/training/99999999999999999999.png",
                "/training/1.png%00.html",
                "/training/",
                "/etc/passwd",
                "/serve.html",
                "//",
                "/predict/x"
            })
    void noPathLeadsToAFile(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(answer.matches("(?s)HTTP/1.1 40[04] .*"), answer);
        assertFalse(answer.contains("root:"), answer);
    }

    @Test
    void otherMethodsAndHostsAreRefused() throws Exception {
        assertRefused(405, "expected the method POST", small.get("/predict"));
        HttpResponse<String> put =
                small.send(small.to("/").PUT(HttpRequest.BodyPublishers.ofString("x")));
        assertRefused(405, "expected the method GET", put);
        assertEquals("GET", put.headers().firstValue("Allow").orElse(""));
        for (String host : List.of("evil.example", "127.evil.example", "localhost.evil.example")) {
            String answer = raw("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 421"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=x",
                "multipart/form-data; boundary=\"-\""
            })
    void aFormWithoutAFileIsRefused(String type) throws Exception {
        for (String body :
                List.of("", "--x", "--x--", "--x\r\n\r\n", "--x\r\nfilename\r\n\r\n\r\n--x--")) {
            HttpResponse<String> response =
                    small.send(
                            small.to("/predict")
                                    .header("Content-Type", type)
                                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            assertEquals(400, response.statusCode(), type + " " + body + response.body());
        }
    }

    /** They promise a body and do not send it: others are served, and they are left. */
    @Test
    void slowClientsAreLeft() throws Exception {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.server.port());
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length:"
                                            + " 1000\r\n\r\nabc")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            slow.add(socket);
        }
        assertEquals(200, small.post(Small.picture()).statusCode());
        long start = System.nanoTime();
        for (Socket socket : slow) {
            assertEquals("", text(socket), "it was answered");
            socket.close();
        }
        assertTrue(System.nanoTime() - start < 8_000_000_000L, "they were kept");
    }

    /** Of more than may wait, some are told to come again. */
    @Test
    void whoeverIsTooManyComesAgain() throws Exception {
        byte[] file = Small.picture(900, 900, 0x40A020, "png");
        List<CompletableFuture<HttpResponse<String>>> sent =
                IntStream.range(0, 60)
                        .mapToObj(i -> small.client().sendAsync(predict(file), ofString()))
                        .toList();
        List<HttpResponse<String>> all = sent.stream().map(CompletableFuture::join).toList();
        long answered = all.stream().filter(r -> r.statusCode() == 200).count();
        List<HttpResponse<String>> refused =
                all.stream().filter(r -> r.statusCode() != 200).toList();
        assertTrue(answered >= 4, "answered: " + answered);
        assertFalse(refused.isEmpty(), "none was refused");
        for (HttpResponse<String> response : refused) {
            assertRefused(503, "try again", response);
            assertEquals("2", response.headers().firstValue("Retry-After").orElse(""));
        }
    }

    private HttpRequest predict(byte... file) {
        return small.to("/predict").POST(HttpRequest.BodyPublishers.ofByteArray(file)).build();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.server.port())) {
            socket.setSoTimeout(10_000);
            String closing = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(closing.getBytes(StandardCharsets.ISO_8859_1));
            return text(socket);
        }
    }

    private static String text(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }
}
