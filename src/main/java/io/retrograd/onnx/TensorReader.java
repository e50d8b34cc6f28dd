package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;

/**
 * Reads a file's tensors. What lies in another file is read from one beside the first only, or
 * below its folder.
 */
final class TensorReader {
    private final Path file;

    TensorReader(Path file) {
        this.file = file;
    }

    /**
     * A tensor's numbers, which are read where they lie.
     *
     * @throws IllegalArgumentException if it is damaged
     * @throws UnsupportedException if it has elements of another kind
     */
    Constant read(OnnxMl.TensorProto tensor) {
        List<Dim> dims = new ArrayList<>();
        long count = 1;
        for (long size : tensor.getDimsList()) {
            if (size < 0) {
                throw wrong(tensor, "sizes of at least 0", tensor.getDimsList());
            }
            dims.add(Dim.of(size));
            count = Math.multiplyExact(count, size);
        }
        int elements = Math.toIntExact(count);
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null || tensor.hasSegment()) {
            throw wrong(tensor, "a whole tensor of a known type", tensor.getDataType());
        }
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 ->
                    Constant.reals(dims, 0, reals(tensor, type, elements));
            case INT64, INT32, INT16, INT8, UINT8, UINT16, UINT32, BOOL -> {
                IntToLongFunction values = wholes(tensor, type, elements);
                yield Constant.wholes(dims, 0, i -> Dim.of(values.applyAsLong(i)));
            }
            default -> throw new UnsupportedException("a tensor of type " + type);
        };
    }

    private IntToDoubleFunction reals(OnnxMl.TensorProto tensor, DataType type, int count) {
        if (type == DataType.FLOAT && tensor.getFloatDataCount() > 0) {
            checkCount(tensor, count, tensor.getFloatDataCount());
            return tensor::getFloatData;
        }
        if (type == DataType.DOUBLE && tensor.getDoubleDataCount() > 0) {
            checkCount(tensor, count, tensor.getDoubleDataCount());
            return tensor::getDoubleData;
        }
        if (tensor.getInt32DataCount() > 0) {
            checkCount(tensor, count, tensor.getInt32DataCount());
            return type == DataType.BFLOAT16
                    ? i -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16)
                    : i -> half((short) tensor.getInt32Data(i));
        }
        ByteBuffer bytes = bytes(tensor, count, width(type));
        return switch (type) {
            case FLOAT -> i -> bytes.getFloat(4 * i);
            case DOUBLE -> i -> bytes.getDouble(8 * i);
            case FLOAT16 -> i -> half(bytes.getShort(2 * i));
            default -> i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
        };
    }

    /** The number of a float of 16 bits: 1 of sign, 5 of exponent, 10 of fraction. */
    private static double half(short bits) {
        int exponent = (bits >> 10) & 31;
        int fraction = bits & 1023;
        double magnitude;
        if (exponent == 31) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            magnitude =
                    exponent == 0
                            ? Math.scalb((double) fraction, -24)
                            : Math.scalb(1024.0 + fraction, exponent - 25);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    private IntToLongFunction wholes(OnnxMl.TensorProto tensor, DataType type, int count) {
        if (type == DataType.INT64 && tensor.getInt64DataCount() > 0) {
            checkCount(tensor, count, tensor.getInt64DataCount());
            return tensor::getInt64Data;
        }
        if (tensor.getInt32DataCount() > 0) {
            checkCount(tensor, count, tensor.getInt32DataCount());
            return tensor::getInt32Data;
        }
        if (tensor.getUint64DataCount() > 0) {
            checkCount(tensor, count, tensor.getUint64DataCount());
            return tensor::getUint64Data;
        }
        ByteBuffer bytes = bytes(tensor, count, width(type));
        return switch (type) {
            case INT64 -> i -> bytes.getLong(8 * i);
            case INT32 -> i -> bytes.getInt(4 * i);
            case UINT32 -> i -> Integer.toUnsignedLong(bytes.getInt(4 * i));
            case INT16 -> i -> bytes.getShort(2 * i);
            case UINT16 -> i -> Short.toUnsignedInt(bytes.getShort(2 * i));
            case UINT8 -> i -> Byte.toUnsignedInt(bytes.get(i));
            default -> bytes::get;
        };
    }

    private static int width(DataType type) {
        return switch (type) {
            case DOUBLE, INT64 -> 8;
            case FLOAT, INT32, UINT32 -> 4;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            default -> 1;
        };
    }

    private ByteBuffer bytes(OnnxMl.TensorProto tensor, int count, int width) {
        long length = (long) count * width;
        if (length > RegularFile.MOST) {
            throw wrong(tensor, "at most " + RegularFile.MOST + " bytes", length);
        }
        if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
            return external(tensor, (int) length);
        }
        ByteString raw = tensor.getRawData();
        if (raw.size() != length) {
            throw wrong(tensor, length + " bytes for " + tensor.getDimsList(), raw.size());
        }
        return raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer external(OnnxMl.TensorProto tensor, int length) {
        Map<String, String> place =
                tensor.getExternalDataList().stream()
                        .collect(
                                Collectors.toMap(
                                        OnnxMl.StringStringEntryProto::getKey,
                                        OnnxMl.StringStringEntryProto::getValue,
                                        (first, second) -> second));
        long offset = number(tensor, place.getOrDefault("offset", "0"));
        if (place.containsKey("length")
                && number(tensor, place.getOrDefault("length", "")) != length) {
            throw wrong(tensor, length + " bytes for " + tensor.getDimsList(), place.get("length"));
        }
        Path other = beside(tensor, place.getOrDefault("location", ""));
        try (RegularFile data = RegularFile.open(other)) {
            if (offset > data.size() - length) {
                throw wrong(
                        tensor,
                        String.format("%d bytes from %d on in %s", length, offset, other),
                        data.size() + " bytes in all");
            }
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            data.read(offset, bytes);
            return bytes.flip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "tensor " + quoted(tensor.getName()) + ": " + e.getMessage(), e);
        }
    }

    /** A file that is named relatively to the folder of the first, and lies in it. */
    private Path beside(OnnxMl.TensorProto tensor, String location) {
        String expected = "the name of a file beside " + file.getFileName();
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path relative = Path.of(location);
            boolean plain =
                    folder != null
                            && !location.isEmpty()
                            && !relative.isAbsolute()
                            && relative.equals(relative.normalize())
                            && !relative.startsWith("..");
            if (folder == null || !plain) {
                throw wrong(tensor, expected, quoted(location));
            }
            Path other = folder.resolve(relative).toRealPath();
            if (!other.startsWith(folder.toRealPath())) {
                throw wrong(tensor, expected, quoted(location));
            }
            return other;
        } catch (InvalidPathException | IOException e) {
            throw new IllegalArgumentException(
                    String.format(
                            "tensor %s: expected %s, got %s, which cannot be read",
                            quoted(tensor.getName()), expected, quoted(location)),
                    e);
        }
    }

    private static long number(OnnxMl.TensorProto tensor, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "tensor "
                            + quoted(tensor.getName())
                            + ": expected a number of bytes, got "
                            + quoted(text),
                    e);
        }
        throw wrong(tensor, "a number of bytes", text);
    }

    private static void checkCount(OnnxMl.TensorProto tensor, int expected, int got) {
        if (expected != got) {
            throw wrong(tensor, expected + " elements for " + tensor.getDimsList(), got);
        }
    }

    private static IllegalArgumentException wrong(
            OnnxMl.TensorProto tensor, String expected, Object got) {
        return new IllegalArgumentException(
                String.format(
                        "tensor %s: expected %s, got %s", quoted(tensor.getName()), expected, got));
    }

    /** A text of the file for a message: short, on one line. */
    static String quoted(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return '"' + (plain.length() > 60 ? plain.substring(0, 60) + "…" : plain) + '"';
    }
}
