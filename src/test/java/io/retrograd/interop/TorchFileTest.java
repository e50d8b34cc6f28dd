package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what PyTorch saved, and refuses all else. make.py says how the files were made. */
class TorchFileTest {
    private static final Path FILES = Path.of("src/test/resources/torch");

    /** A dictionary with the start of a tensor's call, up to its storage's persistent id. */
    private static final String TENSOR =
            "\u0080\u0002}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storage"
                    + "ctorch\nFloatStorage\nX\1\0\0\0"
                    + "0X\3\0\0\0cpuK\3tQ";

    /** Behind it: offset, size, stride, and the end of the call and of the dictionary. */
    private static final String WHOLE = TENSOR + "K\0K\3\u0085K\1\u0085\u0089)tRs.";

    @TempDir Path folder;

    @Test
    void readsEveryKindAndLayout() throws IOException {
        Map<String, SafeTensor> expected =
                Safetensors.read(FILES.resolve("kinds.safetensors")).tensors();
        try (TensorSource file = TensorSource.open(FILES.resolve("kinds.pt"), List.of())) {
            assertEquals(expected.keySet(), file.entries().keySet());
            int floats = 0;
            for (Map.Entry<String, TensorSource.Entry> entry : file.entries().entrySet()) {
                SafeTensor tensor = expected.get(entry.getKey());
                assertEquals(tensor.kind(), entry.getValue().kind(), entry.getKey());
                assertEquals(tensor.dims(), entry.getValue().dims(), entry.getKey());
                if (tensor.kind().floating()) {
                    IntToDoubleFunction values = file.read(entry.getKey());
                    double[] read = new double[tensor.doubles().length];
                    Arrays.setAll(read, values);
                    assertArrayEquals(tensor.doubles(), read, 0, entry.getKey());
                    floats++;
                }
            }
            assertEquals(11, floats);
        }
    }

    @Test
    void keysLeadToTheTensors() throws IOException {
        Path path = FILES.resolve("checkpoint.pt");
        for (List<String> keys : List.of(List.of("state_dict"), List.of("deep", "model"))) {
            try (TensorSource file = TensorSource.open(path, keys)) {
                assertEquals("[0.weight, 0.bias]", file.entries().keySet().toString());
                assertEquals(0.25, file.read("0.bias").applyAsDouble(0));
            }
        }
        refusesKeys(path, List.of(), "choose the key");
        refusesKeys(path, List.of(), "\"state_dict\"");
        refusesKeys(path, List.of("optimizer"), "under \"state\"");
        refusesKeys(path, List.of("epoch"), "a dictionary under the key epoch, got something");
        refusesKeys(path, List.of("nothing"), "got none");
        refusesKeys(FILES.resolve("kinds.safetensors"), List.of("x"), "no key");
    }

    private static void refusesKeys(Path path, List<String> keys, String words) {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> TensorSource.open(path, keys));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void executesNothing() {
        refuses(FILES.resolve("evil.pt"), "the global \"posix.system\", which is not called");
        assertFalse(Files.exists(Path.of("executed")));
        refuses(FILES.resolve("module.pt"), "the global \"torch.nn.modules");
    }

    @Test
    void refusesOtherFormats() {
        refuses(FILES.resolve("legacy.pt"), "save it again");
        refuses(FILES.resolve("compressed.pt"), "without compression");
    }

    @Test
    void readsBothByteOrders() throws IOException {
        byte[] big = ByteBuffer.allocate(12).putFloat(1).putFloat(-2).putFloat(0.5f).array();
        Path path = write(WHOLE, big, Map.of("a/byteorder", "big".getBytes(UTF)));
        try (TensorSource file = TensorSource.open(path, List.of())) {
            assertEquals(-2, file.read("w").applyAsDouble(1));
        }
        refuses(write(WHOLE, big, Map.of("a/byteorder", "odd".getBytes(UTF))), "byteorder");
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] sound = Files.readAllBytes(FILES.resolve("kinds.pt"));
        for (int length = 0; length < sound.length; length += 97) {
            refuses(Files.write(folder.resolve("cut.pt"), Arrays.copyOf(sound, length)), "");
        }
        refuses(write(WHOLE, new byte[11], Map.of()), "expected 3 elements of F32");
        refuses(
                write(
                        WHOLE.replace("X\1\0\0\0" + "0X", "X\1\0\0\0" + "1X"),
                        new byte[12],
                        Map.of()),
                "expected an entry \"a/data/1\"");
        byte[] wrong = Files.readAllBytes(write(WHOLE, new byte[12], Map.of()));
        String text = new String(wrong, StandardCharsets.ISO_8859_1);
        wrong[text.indexOf("a/data/0") + 8 + 3] ^= 1;
        refuses(Files.write(folder.resolve("wrong.pt"), wrong), "the checksum");
    }

    @Test
    void refusesPicklesOfAnythingElse() throws IOException {
        refusesPickle("\u0080\u0002}X\1\0\0\0wcos\nsystem\nX\2\0\0\0lstRs.", "\"os.system\"");
        refusesPickle("\u0080\u0002i", "INST (0x69)");
        refusesPickle("\u0080\u0002\u0093", "STACK_GLOBAL (0x93)");
        refusesPickle("\u0080\u0002\u00ff", "an unknown opcode (0xff)");
        refusesPickle("\u0080\u0007.", "protocol 2, got 7");
        refusesPickle("\u0080\u0002", "the end of the pickle");
        refusesPickle("\u0080\u0002X\u00ff\u00ff\u00ff\u00ffw", "a text of 4294967295 bytes");
        refusesPickle("\u0080\u0002h\1.", "remembered");
        refusesPickle("\u0080\u0002t", "a mark");
        refusesPickle("\u0080\u0002)R.", "a value on the stack");
        refusesPickle("\u0080\u0002}}.", "one value at the end");
        refusesPickle("\u0080\u0002}]K\1s.", "texts or numbers as keys");
        refusesPickle("\u0080\u0002}b.", "a value on the stack");
        refusesPickle("\u0080\u0002K\1K\1b.", "BUILD");
        refusesPickle("\u0080\u0002K\1K\1a.", "a list to append to");
        refusesPickle(TENSOR + "K\1K\3\u0085K\1\u0085\u0089)tRs.", "ends behind its storage");
        refusesPickle(TENSOR + "K\0K\2\u0085K\3\u0085\u0089)tRs.", "ends behind its storage");
        refusesPickle(TENSOR + "K\0K\2K\2\u0086K\1\u0085\u0089)tRs.", "other strides");
        refusesPickle(
                TENSOR + "K\0J\u00ff\u00ff\u00ff\u00ff\u0085K\1\u0085\u0089)tRs.", "negative");
        String huge = "\u008a\10\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f\u0085";
        refusesPickle(TENSOR + "K\0" + huge + huge + "\u0089)tRs.", "too large sizes");
        refusesPickle(TENSOR + "K\0)N\u0089)tRs.", "other arguments");
    }

    /** A value that contains itself, one that is deep, and one that counts as large but is not. */
    @Test
    void boundsTimeAndMemory() throws IOException {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    refuses("\u0080\u0002}q\1X\1\0\0\0wh\1s.", "choose the key");
                    String deep = "\u0080\u0002" + "]".repeat(1 << 20) + "a".repeat((1 << 20) - 1);
                    refuses(deep + ".", "a dictionary of tensors");
                    refuses("\u0080\u0002" + "(".repeat(1 << 20) + "t.", "one value at the end");
                });
        String expanded = TENSOR + "K\0J\u00ff\u00ff\u00ff\u007f\u0085K\0\u0085\u0089)tRs.";
        try (TensorSource file =
                TensorSource.open(write(expanded, new byte[12], Map.of()), List.of())) {
            assertEquals(List.of(2147483647L), file.entries().get("w").dims());
        }
    }

    private void refuses(String pickle, String words) throws IOException {
        Path path = write(pickle, new byte[12], Map.of());
        Exception e = assertThrows(Exception.class, () -> TensorSource.open(path, List.of()));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    private void refusesPickle(String pickle, String words) throws IOException {
        refuses(write(pickle, new byte[12], Map.of()), words);
    }

    private static void refuses(Path path, String words) {
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> {
                            try (TensorSource file = TensorSource.open(path, List.of())) {
                                for (String name : file.entries().keySet()) {
                                    file.read(name);
                                }
                            }
                        },
                        path + " " + words);
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    private static final Charset UTF = StandardCharsets.UTF_8;

    private Path write(String pickle, byte[] data, Map<String, byte[]> more) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(more);
        entries.put("a/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
        entries.put("a/data/0", data);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry stored = new ZipEntry(entry.getKey());
                CRC32 sum = new CRC32();
                sum.update(entry.getValue());
                stored.setSize(entry.getValue().length);
                stored.setCrc(sum.getValue());
                zip.putNextEntry(stored);
                zip.write(entry.getValue());
            }
        }
        return Files.write(folder.resolve("made.pt"), bytes.toByteArray());
    }

    /** The files are as they were made: else tests would check nothing. */
    @Test
    void pytorchsFilesAreStored() throws IOException {
        try (ZipFile zip = new ZipFile(FILES.resolve("kinds.pt").toString())) {
            assertTrue(zip.stream().allMatch(it -> it.getMethod() == ZipEntry.STORED));
        }
    }
}
