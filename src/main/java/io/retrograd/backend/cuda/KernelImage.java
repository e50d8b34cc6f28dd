package io.retrograd.backend.cuda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A compiled program: what the driver loads, and what each kernel is called in it.
 *
 * <p>Two images are never compared, so an array may be a component.
 */
@SuppressWarnings("ArrayRecordComponent")
record KernelImage(byte[] code, Map<String, String> symbols) {
    private static final int DIGEST_BYTES = 32;

    /** Symbols, code, and the SHA-256 of both. */
    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(symbols.size());
            for (Map.Entry<String, String> symbol : symbols.entrySet()) {
                out.writeUTF(symbol.getKey());
                out.writeUTF(symbol.getValue());
            }
            out.writeInt(code.length);
            out.write(code);
            out.write(digest(bytes.toByteArray(), bytes.size()));
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException if it is anything else
     */
    static KernelImage of(byte[] bytes) throws IOException {
        int end = bytes.length - DIGEST_BYTES;
        if (end < 0
                || !Arrays.equals(
                        Arrays.copyOfRange(bytes, end, bytes.length), digest(bytes, end))) {
            throw new IOException("a kernel's image: cut short or damaged");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end))) {
            Map<String, String> symbols = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                symbols.put(in.readUTF(), in.readUTF());
            }
            int length = in.readInt();
            if (length < 1 || length != in.available()) {
                throw new IOException("a kernel's image: expected its code, got " + length);
            }
            return new KernelImage(in.readNBytes(length), symbols);
        } catch (EOFException e) {
            throw new IOException("a kernel's image: expected more symbols, got its end", e);
        }
    }

    private static byte[] digest(byte[] bytes, int end) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, end);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
