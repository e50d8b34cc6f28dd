package io.retrograd.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/** The tensors of a safetensors file. */
final class SafetensorsSource implements TensorSource {
    private static final int BUFFER = 1 << 16;

    private final RegularFile file;
    private final long data;
    private final Map<String, SafetensorsHeader.Entry> places = new LinkedHashMap<>();

    private SafetensorsSource(RegularFile file) throws IOException {
        this.file = file;
        SafetensorsHeader header = Safetensors.header(file);
        header.entries().forEach(entry -> places.put(entry.name(), entry));
        data = header.data();
    }

    static SafetensorsSource open(Path path) throws IOException {
        RegularFile file = RegularFile.open(path);
        try {
            return new SafetensorsSource(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        places.forEach((name, it) -> entries.put(name, new Entry(it.kind(), it.dims())));
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public IntToDoubleFunction read(String name) throws IOException {
        SafetensorsHeader.Entry entry = Objects.requireNonNull(places.get(name), name);
        Elements elements = new Elements(entry.kind(), Safetensors.count(file, entry));
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = entry.begin(); at < entry.end(); at += buffer.position()) {
            buffer.clear();
            buffer.limit((int) Math.min(buffer.capacity(), entry.end() - at));
            file.read(data + at, buffer);
            buffer.flip();
            elements.add(buffer);
        }
        return elements.values();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
