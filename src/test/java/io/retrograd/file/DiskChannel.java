package io.retrograd.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file of a {@link Disk} that is open. */
final class DiskChannel extends FileChannel {
    private final Disk disk;
    private final Path path;
    private final Disk.Node node;
    private long position;

    DiskChannel(Disk disk, Path path, Disk.Node node) {
        this.disk = disk;
        this.path = path;
        this.node = node;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        disk.look(path);
        int count = (int) Math.min(into.remaining(), node.bytes.length - at);
        if (count <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        into.put(node.bytes, (int) at, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = write(from, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        int count = disk.write(path, node, at, bytes);
        from.position(from.position() + count);
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long value) {
        position = value;
        return this;
    }

    @Override
    public long size() throws IOException {
        disk.look(path);
        return node.bytes.length;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(path, node, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.force(path, node);
    }

    /** Nobody else is there. */
    @Override
    public FileLock tryLock(long begin, long size, boolean shared) throws IOException {
        disk.look(path);
        return new FileLock(this, begin, size, shared) {
            @Override
            public boolean isValid() {
                return isOpen();
            }

            @Override
            public void release() {}
        };
    }

    @Override
    public FileLock lock(long begin, long size, boolean shared) throws IOException {
        return tryLock(begin, size, shared);
    }

    @Override
    protected void implCloseChannel() {}

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long from, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException();
    }
}
