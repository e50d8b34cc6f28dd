package io.retrograd.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** A file of named tensors, open to be read one by one. */
interface TensorSource extends AutoCloseable {
    /** What a tensor is, before it is read. */
    record Entry(ElementKind kind, List<Long> dims) {
        public Entry {
            dims = List.copyOf(dims);
        }

        @Override
        public String toString() {
            return kind + " " + dims;
        }
    }

    /**
     * Opens a safetensors file, one of {@code torch.save}, an index of either, or the model's in a
     * folder.
     *
     * @param keys of dictionaries in each other, the outermost first, which lead to the tensors
     * @throws FormatException if it is neither, or damaged
     * @throws IllegalArgumentException if there are no tensors under the keys
     */
    static TensorSource open(Path path, List<String> keys) throws IOException {
        Path file = ShardIndex.locate(path);
        return ShardIndex.is(file) ? ShardedSource.open(file, keys) : openFile(file, keys);
    }

    /** Opens a file that is no index. */
    static TensorSource openFile(Path path, List<String> keys) throws IOException {
        byte[] start = new byte[9];
        try (RegularFile file = RegularFile.open(path)) {
            int count = (int) Math.min(start.length, file.size());
            file.read(0, ByteBuffer.wrap(start, 0, count));
        }
        if (TorchFile.starts(start)) {
            return TorchFile.open(path, keys);
        }
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(
                    path + ": expected no key, as safetensors files have none, got " + keys);
        }
        return SafetensorsSource.open(path);
    }

    /** All tensors by name, in the order of the file. */
    Map<String, Entry> entries();

    /** Reads a tensor of real floats: its elements by their row-major index. */
    IntToDoubleFunction read(String name) throws IOException;

    @Override
    void close() throws IOException;

    /** Room for elements, as exact as their kind: those of 4 bytes and less take 4. */
    final class Elements {
        private final ElementKind kind;
        private final float[] floats;
        private final double[] doubles;
        private int count;

        Elements(ElementKind kind, int size) {
            this.kind = kind;
            boolean wide = kind == ElementKind.F64;
            floats = new float[wide ? 0 : size];
            doubles = new double[wide ? size : 0];
        }

        /** Takes all that a buffer holds. */
        void add(ByteBuffer from) {
            while (from.hasRemaining()) {
                if (kind == ElementKind.F64) {
                    doubles[count++] = from.getDouble();
                } else {
                    floats[count++] = (float) kind.nextFloat(from);
                }
            }
        }

        /** Those of other places. */
        Elements gather(int[] places) {
            Elements gathered = new Elements(kind, places.length);
            for (int i = 0; i < places.length; i++) {
                if (kind == ElementKind.F64) {
                    gathered.doubles[i] = doubles[places[i]];
                } else {
                    gathered.floats[i] = floats[places[i]];
                }
            }
            return gathered;
        }

        IntToDoubleFunction values() {
            return kind == ElementKind.F64 ? i -> doubles[i] : i -> floats[i];
        }
    }
}
