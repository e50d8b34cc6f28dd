package io.retrograd.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This library reads the files that the official library writes and reads: {@code
 * src/test/resources/safetensors/make.py} made the file.
 */
class OfficialSafetensorsTest {
    private static final Path OFFICIAL =
            Path.of("src", "test", "resources", "safetensors", "official.safetensors");
    private static final String X = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]";

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(ElementKind.class)
    void numbersAreThoseOfTheOfficialLibrary(ElementKind kind) throws IOException {
        SafeTensor got = tensor(kind.name());
        SafeTensor expected = tensor(kind.name() + ".values");
        assertEquals(kind, got.kind());
        if (kind.floating()) {
            assertArrayEquals(expected.doubles(), got.doubles());
        } else {
            assertArrayEquals(expected.longs(), got.longs());
        }
    }

    @Test
    void tensorsWithoutElementsAreRead() throws IOException {
        SafeTensor empty = tensor("empty");
        assertEquals(List.of(3L, 0L, 2L), empty.dims());
        assertEquals(0, empty.doubles().length);
        assertEquals(0, tensor("empty.labels").longs().length);
        assertEquals("F32 [3, 0, 2]", empty.toString());
        assertThrows(IllegalArgumentException.class, empty::shape);
        assertEquals(List.of(), tensor("scalar").dims());
    }

    @Test
    void whatIsReadIsWrittenAgainWhereItsKindIsWritten() throws IOException {
        Path file = folder.resolve("again.safetensors");
        Map<String, SafeTensor> some =
                Map.of("empty", tensor("empty"), "x", tensor("F32"), "n", tensor("I32"));
        Safetensors.write(file, new SafetensorsFile(Map.of(), some));
        Map<String, SafeTensor> again = Safetensors.read(file).tensors();
        assertEquals(some.keySet(), again.keySet());
        assertEquals(List.of(3L, 0L, 2L), Objects.requireNonNull(again.get("empty")).dims());
    }

    /** Headers that safetensors 0.8.0 reads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"x\":{" + X + ",\"note\":{\"a\":[1,[2,{\"b\":[[[1]]]}]]},\"more\":null}}",
                "{\"x\":{\"note\":\"first\"," + X + "}}",
                "{\"__metadata__\":null,\"x\":{" + X + "}}",
                "{\"__metadata__\":{},\"x\":{" + X + "}}",
                " \n{\"x\":{" + X + "}}\t ",
                "{\"x\":{" + X + "},\"e\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[4,4]}}",
                "{\"x\":{" + X + "},\"e\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "{\"e\":{\"dtype\":\"F64\",\"shape\":[0,5000000000],\"data_offsets\":[0,0]},\"x\":{"
                        + X
                        + "}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                        + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}"
            })
    void headersThatTheOfficialLibraryReads(String header) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + text.length + 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text)
                        .putFloat(1.5f);
        Path file = Files.write(folder.resolve("x.safetensors"), bytes.array());
        SafeTensor x = Safetensors.read(file).tensors().get("x");
        assertArrayEquals(new double[] {1.5}, Objects.requireNonNull(x).doubles());
    }

    private static SafeTensor tensor(String name) throws IOException {
        return Objects.requireNonNull(Safetensors.read(OFFICIAL).tensors().get(name), name);
    }
}
