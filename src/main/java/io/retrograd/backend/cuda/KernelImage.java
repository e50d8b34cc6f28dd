package io.retrograd.backend.cuda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A compiled program: what the driver loads, and what each kernel is called in it.
 *
 * <p>Two images are never compared, so an array may be a component.
 */
@SuppressWarnings("ArrayRecordComponent")
record KernelImage(byte[] code, Map<String, String> symbols) {
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
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException if it is cut short
     */
    static KernelImage of(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Map<String, String> symbols = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                symbols.put(in.readUTF(), in.readUTF());
            }
            int length = in.readInt();
            byte[] code = in.readNBytes(length);
            if (length < 1 || code.length != length) {
                throw new IOException("cut short");
            }
            return new KernelImage(code, symbols);
        }
    }
}
