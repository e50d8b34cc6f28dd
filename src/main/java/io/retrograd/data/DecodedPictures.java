package io.retrograd.data;

import io.retrograd.image.Picture;
import io.retrograd.image.PictureReader;
import io.retrograd.image.Transforms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Pictures of files after what is always done to them, kept while there is room. */
final class DecodedPictures {
    private final PictureReader reader;
    private final Transforms always;
    private final AtomicLong room;
    private final Map<Path, Picture> kept = new ConcurrentHashMap<>();

    /**
     * None yet.
     *
     * @param always deterministic transforms
     * @param room bytes of pictures that are kept
     */
    DecodedPictures(PictureReader reader, Transforms always, long room) {
        this.reader = reader;
        this.always = always;
        this.room = new AtomicLong(room);
    }

    /**
     * Decodes files while there is room, and checks the others.
     *
     * @param all whether to decode the others too, and not to read their headers alone
     * @return what is wrong with each file; null for nothing
     */
    List<@Nullable String> decode(List<Path> files, int threads, boolean all) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<@Nullable String>> checks = new ArrayList<>();
            for (Path file : files) {
                Callable<@Nullable String> check = () -> check(file, all);
                checks.add(executor.submit(check));
            }
            List<@Nullable String> problems = new ArrayList<>();
            for (Future<@Nullable String> check : checks) {
                problems.add(get(check));
            }
            return problems;
        } finally {
            executor.shutdownNow();
        }
    }

    private static @Nullable String get(Future<@Nullable String> check) {
        try {
            return check.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ImageFolder: interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private @Nullable String check(Path file, boolean all) {
        try {
            if (room.get() > 0) {
                keep(file, read(file));
            } else if (all) {
                reader.read(file);
            } else {
                reader.size(file);
            }
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private Picture read(Path file) throws IOException {
        return always.apply(reader.read(file));
    }

    private void keep(Path file, Picture picture) {
        int size = picture.pixels().length;
        if (room.addAndGet(-size) >= 0) {
            kept.put(file, picture);
        }
    }

    /** The pictures of these files, by their places. */
    PictureSource of(List<Path> files) {
        List<Path> copy = List.copyOf(files);
        return index -> {
            Path file = copy.get(index);
            Picture picture = kept.get(file);
            if (picture != null) {
                return picture;
            }
            try {
                return read(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        };
    }
}
