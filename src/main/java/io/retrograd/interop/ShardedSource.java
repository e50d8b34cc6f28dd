package io.retrograd.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/** The tensors of all files that an index lists. */
final class ShardedSource implements TensorSource {
    private final List<TensorSource> shards = new ArrayList<>();
    private final Map<String, TensorSource> places = new HashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private ShardedSource() {}

    static ShardedSource open(Path path, List<String> keys) throws IOException {
        ShardIndex index = ShardIndex.read(path);
        ShardedSource source = new ShardedSource();
        try {
            for (Path file : index.files()) {
                TensorSource shard = TensorSource.openFile(file, keys);
                source.shards.add(shard);
                index.check(file, shard.entries().keySet());
                source.entries.putAll(shard.entries());
                shard.entries().keySet().forEach(name -> source.places.put(name, shard));
            }
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public IntToDoubleFunction read(String name) throws IOException {
        return Objects.requireNonNull(places.get(name), name).read(name);
    }

    @Override
    public void close() throws IOException {
        for (TensorSource shard : shards) {
            shard.close();
        }
    }
}
