package io.retrograd.data;

import io.retrograd.image.PictureReader;
import io.retrograd.image.PictureTransform;
import io.retrograd.image.Size;
import io.retrograd.image.Transform;
import io.retrograd.image.Transforms;
import io.retrograd.tensor.Checks;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures in folders, one a class: {@code DIR/class/*.jpg}, or {@code DIR/train/class} and {@code
 * DIR/test/class} or {@code DIR/val/class}. PNG, JPEG, BMP, GIF and WebP files are read.
 *
 * <pre>{@code
 * TrainTest parts =
 *         new ImageFolder(Path.of("flowers"))
 *                 .skipBroken(true)
 *                 .load(Transforms.of(new Cover(64, 64), new RandomFlip()), Split.STRATIFIED, 1);
 * }</pre>
 *
 * <p>Loading decodes each picture once: what is always done to it is done then, and the result is
 * kept while a quarter of the Java heap has room. Pictures beyond that are decoded again whenever
 * they are read, and without {@link #skipBroken} only their headers are checked before.
 *
 * @param path of the folder
 * @param mostPixels a larger picture is broken
 * @param skipBroken whether broken files are left out, and named in {@link Loaded#broken}
 * @param workers threads that decode
 * @param memory bytes of decoded pictures that are kept
 */
public record ImageFolder(
        Path path, long mostPixels, boolean skipBroken, int workers, long memory) {
    private static final List<String> TESTS = List.of("test", "val");
    private static final int SHARE_OF_HEAP = 4;

    public ImageFolder {
        Checks.atLeast("ImageFolder", "workers", 1, workers);
        Checks.atLeast("ImageFolder", "memory", 0, memory);
        new PictureReader(1, mostPixels);
    }

    /** Broken files are errors. */
    public ImageFolder(Path path) {
        this(
                path,
                PictureReader.MOST_PIXELS,
                /* skipBroken= */ false,
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** The same, and whether broken files are left out. */
    public ImageFolder skipBroken(boolean value) {
        return new ImageFolder(path, mostPixels, value, workers, memory);
    }

    /** The same with another largest size of pictures. */
    public ImageFolder mostPixels(long value) {
        return new ImageFolder(path, value, skipBroken, workers, memory);
    }

    /** The same with so many threads. */
    public ImageFolder workers(int threads) {
        return new ImageFolder(path, mostPixels, skipBroken, threads, memory);
    }

    /** The same with other memory for decoded pictures, in bytes. */
    public ImageFolder memory(long bytes) {
        return new ImageFolder(path, mostPixels, skipBroken, workers, bytes);
    }

    /**
     * What was loaded.
     *
     * @param broken the files that were left out, each with the reason
     * @param others how many files have names of something else than pictures
     */
    public record Loaded(TrainTest parts, List<String> broken, int others) {
        public Loaded {
            broken = List.copyOf(broken);
        }
    }

    /** Whether the folder has pictures to test on of its own. */
    public boolean hasTest() {
        return testFolder() != null;
    }

    private @Nullable Path testFolder() {
        for (String name : TESTS) {
            if (Files.isDirectory(path.resolve("train")) && Files.isDirectory(path.resolve(name))) {
                return path.resolve(name);
            }
        }
        return null;
    }

    /**
     * Loads it.
     *
     * @param transforms of pictures to train on; those to test on get the fixed ones
     * @param split of pictures that are not split yet; {@code CLASSIC} for others
     * @param seed of the split
     * @throws IOException if there are none, or one is broken; the message names it
     * @throws IllegalArgumentException for a split of pictures that are split
     */
    public Loaded load(Transforms transforms, Split split, long seed) throws IOException {
        Path test = testFolder();
        if (test == null) {
            PictureFiles files = PictureFiles.list(path);
            List<String> broken = new ArrayList<>();
            LabelledDataset all = load(path, files, transforms, memory, broken);
            return new Loaded(split.of(all, seed), broken, files.others());
        }
        if (split != Split.CLASSIC) {
            throw new IllegalArgumentException(
                    path + " has pictures to test on; expected split classic, got " + split);
        }
        List<String> broken = new ArrayList<>();
        PictureFiles training = PictureFiles.list(path.resolve("train"));
        PictureFiles testing = PictureFiles.list(test, training.names());
        TrainTest parts =
                new TrainTest(
                        load(path, training, transforms, memory / 4 * 3, broken),
                        load(path, testing, transforms.fixed(), memory / 4, broken));
        return new Loaded(parts, broken, training.others() + testing.others());
    }

    private PictureDataset load(
            Path root, PictureFiles files, Transforms transforms, long room, List<String> broken)
            throws IOException {
        if (!skipBroken && !files.broken().isEmpty()) {
            throw brokenFile(files.broken().get(0));
        }
        PictureReader reader = new PictureReader(transforms.channels(), mostPixels);
        DecodedPictures decoded = new DecodedPictures(reader, transforms.prefix(), room);
        List<@Nullable String> problems = decoded.decode(files.files(), workers, skipBroken);
        broken.addAll(files.broken());
        List<Path> sound = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            String problem = problems.get(i);
            if (problem != null && !skipBroken) {
                throw brokenFile(problem);
            }
            if (problem == null) {
                Path file = files.files().get(i);
                sound.add(file);
                labels.add(files.labels().get(i));
                names.add(root.relativize(file).toString().replace('\\', '/'));
            } else {
                broken.add(problem);
            }
        }
        for (int label = 0; label < files.names().size(); label++) {
            if (!labels.contains(label)) {
                throw new IOException(
                        String.format(
                                "%s: expected pictures of the class %s, found none",
                                root, files.names().get(label)));
            }
        }
        return new PictureDataset(
                decoded.of(sound),
                labels,
                files.names(),
                names,
                files.names().size(),
                transforms.suffix(),
                prefixSize(transforms.prefix()));
    }

    /** The size of pictures that all of a transform's have; null if it leaves them different. */
    private static @Nullable Size prefixSize(Transforms prefix) {
        Size size = null;
        for (Transform step : prefix.steps()) {
            size = ((PictureTransform) step).size(size);
        }
        return size;
    }

    private static IOException brokenFile(String problem) {
        return new IOException(problem + "; leave such files out with --skip-broken");
    }
}
