package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that NumPy wrote, and refuses damaged ones. */
class NpyTest {
    private static final Path FILES = Path.of("src/test/resources/npy");

    @TempDir Path folder;

    static List<Path> numpysFiles() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.filter(f -> f.getFileName().toString().matches("(.+-.+|version.)\\.npy"))
                    .sorted()
                    .toList();
        }
    }

    /** What make.py says that it has written. */
    private static double expected(ElementKind kind, int i) {
        return switch (kind) {
            case F16, F32, F64 -> (i - 5) / 4.0;
            case I8, I16, I32, I64 -> i - 5;
            case BOOL -> i % 2;
            default -> i;
        };
    }

    @ParameterizedTest
    @MethodSource("numpysFiles")
    void readsWhatNumpyWrote(Path path) throws IOException {
        SafeTensor whole = Npy.read(path);
        assertEquals(List.of(2L, 3L, 4L), whole.dims());
        double[] values =
                whole.kind().floating()
                        ? whole.doubles()
                        : Arrays.stream(whole.longs()).asDoubleStream().toArray();
        for (int i = 0; i < values.length; i++) {
            assertEquals(expected(whole.kind(), i), values[i], path + " " + i);
        }
        try (NpyFile file = NpyFile.open(path)) {
            double[] second = new double[12];
            file.read(1, 1, second);
            assertArrayEquals(Arrays.copyOfRange(values, 12, 24), second, 0, path.toString());
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(2, 1, second));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(0, 2, second));
        }
    }

    @Test
    void everyKindIsAmongThem() throws IOException {
        assertEquals(23, numpysFiles().size());
    }

    @Test
    void readsScalarsAndNothing() throws IOException {
        assertArrayEquals(new double[] {1.5}, Npy.read(FILES.resolve("scalar.npy")).doubles());
        assertEquals(List.of(0L, 3L), Npy.read(FILES.resolve("empty.npy")).dims());
        assertArrayEquals(
                new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE},
                Npy.read(FILES.resolve("vector.npy")).longs());
    }

    @ParameterizedTest
    @CsvSource({
        "complex, c8",
        "text, U1",
        "structure, structures are not read",
        "object, a kind of number"
    })
    void refusesWhatIsNoNumber(String name, String words) {
        refuses(FILES.resolve(name + ".npy"), words);
    }

    @Test
    void writesWhatItReads() throws IOException {
        Path file = folder.resolve("x.npy");
        double[] values = new double[13 * 207 * 5];
        Arrays.setAll(values, Math::sin);
        Npy.write(file, Shape.of(13, 207, 5), values);
        assertArrayEquals(values, Npy.read(file).doubles());
        assertEquals(0, (Files.size(file) - 8L * values.length) % 64);
        Npy.write(file, Shape.of(3), 1L, -1L, Long.MAX_VALUE);
        assertArrayEquals(new long[] {1, -1, Long.MAX_VALUE}, Npy.read(file).longs());
        Npy.write(file, ElementKind.F32, List.of(2L), to -> to.add(0.1, -2));
        assertArrayEquals(new double[] {0.1f, -2}, Npy.read(file).doubles());
        assertThrows(
                IllegalArgumentException.class,
                () -> Npy.write(file, ElementKind.F32, List.of(3L), to -> to.add(1)));
        assertEquals(List.of(2L), Npy.read(file).dims(), "the file is what it was");
    }

    /** Byte by byte what numpy.save wrote, of each kind that both have. */
    @ParameterizedTest
    @ValueSource(strings = {"f2", "f8", "i1", "i4", "i8", "u1", "u2", "u4", "b1"})
    void writesNumpysBytesOfEachKind(String code) throws IOException {
        Path theirs = FILES.resolve(code + "-little.npy");
        Path file = folder.resolve("x.npy");
        Npy.write(file, Npy.read(theirs));
        assertArrayEquals(Files.readAllBytes(theirs), Files.readAllBytes(file));
    }

    @Test
    void archivesGoOutAndComeIn() throws IOException {
        SafeTensor theirs = Npz.read(FILES.resolve("two.npz")).get("half");
        assertArrayEquals(new double[] {0.5, -2}, Objects.requireNonNull(theirs).doubles());
        Map<String, SafeTensor> arrays = new LinkedHashMap<>();
        arrays.put("x", SafeTensor.of(Shape.of(2, 2), 1.5, 2, 3, 4).as(ElementKind.F32));
        arrays.put("y", SafeTensor.of(Shape.of(3), 7L, 8, 9));
        Path file = folder.resolve("a.npz");
        Npz.write(file, arrays);
        byte[] bytes = Files.readAllBytes(file);
        Map<String, SafeTensor> again = Npz.read(file);
        assertEquals(List.of("x", "y"), List.copyOf(again.keySet()));
        assertEquals("F32 [2, 2]", String.valueOf(again.get("x")));
        assertArrayEquals(new long[] {7, 8, 9}, Objects.requireNonNull(again.get("y")).longs());
        Npz.write(file, arrays);
        assertArrayEquals(bytes, Files.readAllBytes(file));
        SafeTensor brain = SafeTensor.of(Shape.of(1), 1.0).as(ElementKind.BF16);
        assertThrows(IllegalArgumentException.class, () -> Npz.write(file, Map.of("z", brain)));
        assertArrayEquals(bytes, Files.readAllBytes(file));
        for (int length = 0; length < bytes.length; length += 3) {
            Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(bytes, length));
            try {
                assertTrue(Npz.read(cut).size() <= 2);
            } catch (FormatException e) {
                assertTrue(e.getMessage().startsWith(cut.toString()), e.getMessage());
            }
        }
    }

    /** Byte by byte what numpy.save wrote. */
    @Test
    void writesNumpysBytes() throws IOException {
        Path file = folder.resolve("x.npy");
        double[] values = new double[24];
        Arrays.setAll(values, i -> (i - 5) / 4.0);
        Npy.write(file, Shape.of(2, 3, 4), values);
        assertArrayEquals(
                Files.readAllBytes(FILES.resolve("f8-little.npy")), Files.readAllBytes(file));
    }

    /** More than the buffer of a reader, in Fortran's order, in parts and as a whole. */
    @Test
    void readsLargeArraysInFortransOrder() throws IOException {
        int samples = 300;
        int rest = 401;
        byte[] head = header("{'descr': '<i4', 'fortran_order': True, 'shape': (300, 401), }");
        ByteBuffer bytes = ByteBuffer.allocate(head.length + 4 * samples * rest);
        bytes.order(ByteOrder.LITTLE_ENDIAN).put(head);
        for (int r = 0; r < rest; r++) {
            for (int n = 0; n < samples; n++) {
                bytes.putInt(n * rest + r);
            }
        }
        Path path = Files.write(folder.resolve("x.npy"), bytes.array());
        long[] whole = Npy.read(path).longs();
        for (int i = 0; i < whole.length; i++) {
            assertEquals(i, whole[i]);
        }
        try (NpyFile file = NpyFile.open(path)) {
            double[] some = new double[7 * rest];
            file.read(290, 7, some);
            for (int i = 0; i < some.length; i++) {
                assertEquals(290.0 * rest + i, some[i]);
            }
        }
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] sound = Files.readAllBytes(FILES.resolve("f8-little.npy"));
        for (int length : new int[] {0, 5, 11, 40, sound.length - 1}) {
            refuses(Arrays.copyOf(sound, length), "expected");
        }
        refuses(Arrays.copyOf(sound, sound.length + 1), "192 bytes of data");
        refuses("hello, this is no array".getBytes(StandardCharsets.UTF_8), "a NumPy file");
        byte[] version = sound.clone();
        version[6] = 4;
        refuses(version, "version");
        String start = "{'descr': '<f8', 'fortran_order': False, ";
        refuses(header(start + "'shape': (99999999999999999999,)}"), "a size");
        refuses(header(start + "'shape': (-1,)}"), "a size");
        refuses(header(start + "'shape': (4611686018427387904, 4)}"), "counted");
        refuses(header(start + "'shape': (4611686018427387904,)}"), "counted");
        refuses(header(start + "'shape': (1000000,)}"), "8000000 bytes");
        refuses(header(start + "'shape': (" + "1,".repeat(65) + ")}"), "at most 64");
        refuses(header(start + "'shape': (0,), 'more': 1}"), "once each");
        refuses(header(start + "'shape': (0,), 'shape': (0,)}"), "once each");
        refuses(header(start + "}"), "nothing else");
        refuses(header("((((((((((((((((("), "expected {");
        refuses(header("{'descr': '<f8"), "in quotes");
        refuses(header("{'descr': '', 'fortran_order': True, 'shape': ()}"), "a kind of number");
    }

    private static byte[] header(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer all = ByteBuffer.allocate(12 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        all.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(bytes.length);
        return all.put(bytes).array();
    }

    private void refuses(byte[] bytes, String words) throws IOException {
        refuses(Files.write(folder.resolve("broken.npy"), bytes), words);
    }

    private static void refuses(Path path, String words) {
        FormatException e = assertThrows(FormatException.class, () -> Npy.read(path));
        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
    }
}
