package io.retrograd.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The header of a NumPy file: a Python dictionary of three entries, behind a magic text, a version
 * and its length.
 *
 * @param order of each element's bytes
 * @param fortran whether the first index changes fastest
 * @param dims the sizes; none for a scalar
 * @param data the first byte of the elements
 */
record NpyHeader(ElementKind kind, ByteOrder order, boolean fortran, List<Long> dims, long data) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION = MAGIC.length;
    private static final int LENGTH = VERSION + 2;
    private static final int ALIGNMENT = 64;

    /** NumPy's own headers have some hundred bytes, but for structures, which are refused. */
    private static final int LONGEST = 1 << 16;

    private static final int MAX_RANK = 64;

    NpyHeader {
        dims = List.copyOf(dims);
    }

    /** What a file starts with that holds these elements, little-endian and row-major. */
    static byte[] bytes(ElementKind kind, List<Long> dims) {
        String sizes = dims.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text =
                String.format(
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }",
                        descr(kind), sizes, dims.size() == 1 ? "," : "");
        int begin = LENGTH + 2;
        int end = (begin + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (end - begin));
        bytes.put(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.remaining() > 1) {
            bytes.put((byte) ' ');
        }
        return bytes.put((byte) '\n').array();
    }

    private static String descr(ElementKind kind) {
        if (!kind.written() || kind == ElementKind.BF16 || kind == ElementKind.C64) {
            throw new IllegalArgumentException(
                    "Npy: expected a kind of number that NumPy has, got " + kind);
        }
        char first = Character.toLowerCase(kind.name().charAt(0));
        return (kind.bytes() == 1 ? "|" : "<") + first + kind.bytes();
    }

    static NpyHeader read(RegularFile file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(LENGTH + 4).order(ByteOrder.LITTLE_ENDIAN);
        start.limit((int) Math.min(start.capacity(), file.size()));
        file.read(0, start);
        if (start.position() < LENGTH + 4 || !startsWithMagic(start)) {
            throw new FormatException(
                    file.path(), 0, "expected a NumPy file, got another; save it with numpy.save");
        }
        int version = start.get(VERSION);
        if (version < 1 || version > 3 || start.get(VERSION + 1) != 0) {
            throw new FormatException(
                    file.path(),
                    VERSION,
                    String.format(
                            "expected version 1.0, 2.0 or 3.0, got %d.%d",
                            version, start.get(VERSION + 1)));
        }
        int begin = LENGTH + (version == 1 ? 2 : 4);
        long length =
                version == 1
                        ? Short.toUnsignedLong(start.getShort(LENGTH))
                        : Integer.toUnsignedLong(start.getInt(LENGTH));
        if (length > Math.min(LONGEST, file.size() - begin)) {
            throw new FormatException(
                    file.path(),
                    LENGTH,
                    String.format(
                            "expected a header of at most %d bytes, got %d",
                            Math.min(LONGEST, file.size() - begin), length));
        }
        byte[] text = new byte[(int) length];
        file.read(begin, ByteBuffer.wrap(text));
        return new Parser(file, begin, new String(text, StandardCharsets.ISO_8859_1)).parse();
    }

    private static boolean startsWithMagic(ByteBuffer start) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (start.get(i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** The number of elements. */
    long size() {
        return SafeTensor.size(dims);
    }

    /** Reads the dictionary: a Python literal, of which only strings, tuples and truths occur. */
    private static final class Parser {
        private final Path path;
        private final RegularFile file;
        private final int begin;
        private final String text;
        private int at;
        private @Nullable String descr;
        private @Nullable Boolean fortran;
        private @Nullable List<Long> dims;

        Parser(RegularFile file, int begin, String text) {
            this.file = file;
            this.path = file.path();
            this.begin = begin;
            this.text = text;
        }

        NpyHeader parse() throws IOException {
            expect('{');
            while (!next('}')) {
                entry();
                if (!next(',')) {
                    expect('}');
                    break;
                }
            }
            if (peek() != 0 || descr == null || fortran == null || dims == null) {
                throw error("a dictionary of descr, fortran_order and shape, and nothing else");
            }
            long data = begin + (long) text.length();
            NpyHeader header =
                    new NpyHeader(
                            kind(descr.substring(1)),
                            descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                            fortran,
                            dims,
                            data);
            check(header);
            return header;
        }

        private void check(NpyHeader header) throws FormatException {
            long bytes;
            try {
                bytes = Math.multiplyExact(header.size(), header.kind.bytes());
            } catch (ArithmeticException e) {
                throw error("a shape whose elements can be counted");
            }
            if (bytes != file.size() - header.data) {
                throw new FormatException(
                        path,
                        header.data,
                        String.format(
                                "expected %d bytes of data for %s of %s, got %d",
                                bytes, header.dims, header.kind, file.size() - header.data));
            }
        }

        private void entry() throws FormatException {
            String key = string();
            expect(':');
            if (key.equals("descr") && descr == null) {
                if (peek() == '[') {
                    throw error("numbers, as structures are not read");
                }
                descr = string();
                if (descr.length() < 3 || "<>|".indexOf(descr.charAt(0)) < 0) {
                    throw error("a kind of number such as <f4 as descr");
                }
            } else if (key.equals("fortran_order") && fortran == null) {
                fortran = truth();
            } else if (key.equals("shape") && dims == null) {
                dims = tuple();
            } else {
                throw error("descr, fortran_order and shape, once each");
            }
        }

        private ElementKind kind(String code) throws FormatException {
            return switch (code) {
                case "f8" -> ElementKind.F64;
                case "f4" -> ElementKind.F32;
                case "f2" -> ElementKind.F16;
                case "i8" -> ElementKind.I64;
                case "i4" -> ElementKind.I32;
                case "i2" -> ElementKind.I16;
                case "i1" -> ElementKind.I8;
                case "u8" -> ElementKind.U64;
                case "u4" -> ElementKind.U32;
                case "u2" -> ElementKind.U16;
                case "u1" -> ElementKind.U8;
                case "b1" -> ElementKind.BOOL;
                default ->
                        throw error(
                                "real numbers of 8 bytes at most (f2, f4, f8, i1 to i8, u1 to u8,"
                                        + " b1), not "
                                        + Safetensors.quote(code));
            };
        }

        private boolean truth() throws FormatException {
            for (boolean value : new boolean[] {true, false}) {
                String word = value ? "True" : "False";
                peek();
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return value;
                }
            }
            throw error("True or False");
        }

        private List<Long> tuple() throws FormatException {
            expect('(');
            List<Long> numbers = new ArrayList<>();
            while (!next(')')) {
                numbers.add(number());
                if (numbers.size() > MAX_RANK) {
                    throw error("at most " + MAX_RANK + " sizes");
                }
                if (!next(',')) {
                    expect(')');
                    break;
                }
            }
            return numbers;
        }

        private long number() throws FormatException {
            peek();
            int end = at;
            while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
                end++;
            }
            try {
                long value = Long.parseLong(text.substring(at, end));
                at = end;
                // Python 2 wrote numbers so.
                next('L');
                return value;
            } catch (NumberFormatException e) {
                throw error("a size of at least 0");
            }
        }

        private String string() throws FormatException {
            char quote = peek();
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw error("a text in quotes");
            }
            String value = text.substring(at + 1, end);
            at = end + 1;
            return value;
        }

        private boolean next(char c) {
            boolean found = peek() == c;
            at += found ? 1 : 0;
            return found;
        }

        private void expect(char c) throws FormatException {
            if (!next(c)) {
                throw error("" + c);
            }
        }

        /** The next character that is no space, 0 at the end. */
        private char peek() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private FormatException error(String expected) {
            return new FormatException(
                    path,
                    begin + (long) at,
                    String.format(
                            "expected %s, got %s",
                            expected,
                            at < text.length()
                                    ? Safetensors.quote(text.substring(at).strip())
                                    : "the end of the header"));
        }
    }
}
