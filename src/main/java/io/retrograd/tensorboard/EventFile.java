package io.retrograd.tensorboard;

import io.retrograd.file.GrowingFile;
import io.retrograd.file.WholeFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A new file of events, in TensorFlow's record format:
 *
 * <pre>
 *   uint64 length    uint32 masked CRC32C of length    bytes[length]    uint32 their masked CRC32C
 * </pre>
 *
 * <p>Numbers are little-endian. Source: tensorflow/core/lib/io/record_writer.cc.
 */
final class EventFile implements Closeable {
    private static final int MASK = 0xA282EAD8;
    private static final double MILLIS = 1000;

    private final GrowingFile file;

    /**
     * Creates one that no other process writes.
     *
     * @param folder is made if it is missing
     * @throws IOException if it cannot be created
     */
    EventFile(Path folder) throws IOException {
        WholeFile.createFolders(folder);
        file = create(folder);
        append(event().set("file_version", "brain.Event:2"));
    }

    private static GrowingFile create(Path folder) throws IOException {
        long seconds = System.currentTimeMillis() / 1000;
        for (int i = 0; true; i++) {
            String name =
                    String.format(
                            Locale.ROOT,
                            "events.out.tfevents.%010d.retrograd.%d.%d",
                            seconds,
                            ProcessHandle.current().pid(),
                            i);
            try {
                return GrowingFile.create(folder.resolve(name));
            } catch (FileAlreadyExistsException e) {
                // The next number.
            }
        }
    }

    /** An event of now, empty. */
    static Proto event() {
        return Proto.of("Event").set("wall_time", now());
    }

    /** Seconds since 1970. */
    static double now() {
        return System.currentTimeMillis() / MILLIS;
    }

    Path path() {
        return file.path();
    }

    void append(Proto event) throws IOException {
        file.append(record(event.bytes()));
    }

    static byte[] record(byte[] content) {
        byte[] length =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(content.length)
                        .array();
        return ByteBuffer.allocate(length.length + 2 * Integer.BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(checksum(length))
                .put(content)
                .putInt(checksum(content))
                .array();
    }

    /** The CRC32C, rotated and shifted, so that one of data that hold one does not coincide. */
    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
