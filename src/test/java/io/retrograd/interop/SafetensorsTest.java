package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes and reads files, sound ones and one for every rule of the format that is broken. */
class SafetensorsTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    @TempDir Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        double[] odd = new double[13 * 207];
        for (int i = 0; i < odd.length; i++) {
            odd[i] = Math.sin(i) * Math.pow(10, i % 300);
        }
        tensors.put("a \"b\"\n", SafeTensor.of(Shape.of(13, 207), odd));
        tensors.put("scalar", SafeTensor.of(Shape.of(), -0.0));
        tensors.put("labels", SafeTensor.of(Shape.of(3), Long.MIN_VALUE, 0, Long.MAX_VALUE));
        Path file = folder.resolve("written.safetensors");
        Safetensors.write(file, new SafetensorsFile(Map.of("note", "Größe"), tensors));
        Safetensors.write(file, new SafetensorsFile(Map.of("note", "Größe"), tensors));

        SafetensorsFile read = Safetensors.read(file);
        assertEquals(Map.of("note", "Größe"), read.metadata());
        assertEquals(tensors.keySet().stream().toList(), read.tensors().keySet().stream().toList());
        assertArrayEquals(odd, tensor(read, "a \"b\"\n").doubles());
        assertEquals(Shape.of(13, 207), tensor(read, "a \"b\"\n").shape());
        assertEquals(Double.doubleToRawLongBits(-0.0), bits(tensor(read, "scalar")));
        assertArrayEquals(
                new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}, tensor(read, "labels").longs());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(1, left.count(), "temporary files are gone");
        }
        // Data starts at a multiple of 8, as the format asks of writers.
        assertEquals(0, ByteBuffer.wrap(Files.readAllBytes(file)).order(LITTLE).getLong(0) % 8);
    }

    /** Bit patterns and values from IEEE 754 and the definition of bfloat16. */
    @ParameterizedTest
    @CsvSource({
        "F16, 0x3C00, 1",
        "F16, 0xC000, -2",
        "F16, 0x7BFF, 65504",
        "F16, 0x0001, 5.9604644775390625e-8",
        "F16, 0x0400, 6.103515625e-5",
        "F16, 0x7C00, Infinity",
        "F16, 0xFC00, -Infinity",
        "F16, 0x7E00, NaN",
        "F16, 0x3555, 0.333251953125",
        "F16, 0x8000, -0.0",
        "BF16, 0x3F80, 1",
        "BF16, 0xC049, -3.140625",
        "BF16, 0x7F80, Infinity",
        "F32, 0x3FC00000, 1.5",
        "F32, 0xBF800000, -1"
    })
    void widensFloats(String kind, String bits, double value) throws IOException {
        int size = kind.equals("F32") ? 4 : 2;
        byte[] data = ByteBuffer.allocate(8).order(LITTLE).putLong(Long.decode(bits)).array();
        String header = entry("x", kind, "[]", "0," + size);
        SafetensorsFile file = Safetensors.read(file(header, Arrays.copyOf(data, size)));
        assertEquals(value, tensor(file, "x").doubles()[0]);
    }

    @Test
    void widensIntegers() throws IOException {
        byte[] data = ByteBuffer.allocate(8).order(LITTLE).putInt(-7).putInt(1 << 30).array();
        SafetensorsFile file = Safetensors.read(file(entry("x", "I32", "[2]", "0,8"), data));
        assertArrayEquals(new long[] {-7, 1 << 30}, tensor(file, "x").longs());
    }

    @Test
    void acceptsAnyOrderOfEntriesAndSpaceAfterTheHeader() throws IOException {
        String header = entry("b", "F64", "[]", "8,16") + "," + entry("a", "F64", "[1]", "0,8");
        SafetensorsFile file = Safetensors.read(withHeader("{" + header + "}   ", new byte[16]));
        assertEquals("[a, b]", file.tensors().keySet().toString());
    }

    @Test
    void refusesBrokenRules() throws IOException {
        refuses("hole", entry("a", "F64", "[1]", "8,16"), 16);
        refuses("no other tensor", both("0,8", "0,8"), 8);
        refuses("no other tensor", both("0,8", "4,12"), 12);
        refuses("span", entry("a", "F64", "[1]", "8,0"), 8);
        refuses("span", entry("a", "F64", "[2]", "0,8"), 8);
        refuses("span", entry("a", "F32", "[1]", "0,8"), 8);
        refuses("within the file", entry("a", "F64", "[2]", "0,16"), 8);
        refuses("16 bytes of data", entry("a", "F64", "[2]", "0,16"), 17, "got 17");
        refuses("span", entry("a", "F64", "[0]", "0,8"), 8);
        refuses("span", entry("a", "F64", "[4294967296]", "0,8"), 8);
        refuses("too many", entry("a", "F64", "[2147483647,2147483647,2147483647]", "0,8"), 8);
        refuses("span", entry("a", "F64", "[2147483647,2147483647]", "0,8"), 8);
        refuses("at least 0", entry("a", "F64", "[-1]", "0,8"), 8);
        refuses("at least 0", entry("a", "F64", "[1]", "-8,0"), 8);
        refuses("begin, end", entry("a", "F64", "[1]", "0,8,8"), 8);
        refuses("integer", entry("a", "F64", "[1.0]", "0,8"), 8);
        refuses("dtype", entry("a", "F4", "[16]", "0,8"), 8);
        refuses(
                "uplicate",
                entry("a", "F64", "[]", "0,8") + "," + entry("a", "F64", "[]", "8,16"),
                16);
        refuses("data_offsets", "\"a\":{\"dtype\":\"F64\",\"shape\":[1]}", 8);
        refuses("expected a shape, got none", "\"a\":{\"what\":1}", 8);
        refuses("JSON", "\"a\":{\"what\":" + "[".repeat(100_000), 0);
        refuses("text", "\"__metadata__\":{\"a\":1}", 0);
        refuses("object", "\"a\":[]", 0);
        refuses("integer in shape", "\"a\":{\"shape\":" + "[".repeat(100_000), 0);
    }

    @Test
    void refusesBrokenHeaders() throws IOException {
        refuses(withHeader("", new byte[0]), "byte 8", "{");
        refuses(withHeader("[]", new byte[0]), "byte 8", "{");
        refuses(withHeader("{\"a\":", new byte[0]), "JSON");
        refuses(withHeader("{} {}", new byte[0]), "end of the header");
        refuses(raw(new byte[5]), "byte 5", "8 bytes of header length");
        refuses(raw(ByteBuffer.allocate(9).order(LITTLE).putLong(2).array()), "at most 1 bytes");
        refuses(
                raw(ByteBuffer.allocate(9).order(LITTLE).putLong(-1).array()),
                "18446744073709551615");
    }

    @Test
    void refusesWhatIsNoRegularFileAtOnce() throws Exception {
        refuses(folder, "a directory");
        Path zero = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(zero));
        refuses(zero, "regular file");
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        refuses(pipe, "regular file");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] sound = Files.readAllBytes(file(both("0,8", "8,16"), new byte[16]));
        for (int length = 0; length < sound.length; length++) {
            refuses(raw(Arrays.copyOf(sound, length)), "byte");
        }
    }

    private static long bits(SafeTensor scalar) {
        return Double.doubleToRawLongBits(scalar.doubles()[0]);
    }

    private static SafeTensor tensor(SafetensorsFile file, String name) {
        SafeTensor tensor = file.tensors().get(name);
        assertTrue(tensor != null, name);
        return Objects.requireNonNull(tensor);
    }

    private static String entry(String name, String kind, String shape, String offsets) {
        return String.format(
                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s]}",
                name, kind, shape, offsets);
    }

    private static String both(String a, String b) {
        return entry("a", "F64", "[1]", a) + "," + entry("b", "F64", "[1]", b);
    }

    private void refuses(String told, String entries, int dataBytes, String... more)
            throws IOException {
        Path file = file(entries, new byte[dataBytes]);
        refuses(file, told);
        refuses(file, more);
    }

    private static void refuses(Path file, String... told) {
        FormatException e =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(10),
                        () -> assertThrows(FormatException.class, () -> Safetensors.read(file)));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(file + ", byte "), message);
        for (String part : told) {
            assertTrue(message.contains(part), part + " in: " + message);
        }
    }

    private Path file(String entries, byte[] data) throws IOException {
        return withHeader("{" + entries + "}", data);
    }

    private Path withHeader(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return raw(
                ByteBuffer.allocate(8 + text.length + data.length)
                        .order(LITTLE)
                        .putLong(text.length)
                        .put(text)
                        .put(data)
                        .array());
    }

    private Path raw(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file.safetensors"), bytes);
    }
}
