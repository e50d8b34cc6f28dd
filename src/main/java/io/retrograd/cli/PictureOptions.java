package io.retrograd.cli;

import io.retrograd.data.ImageFolder;
import io.retrograd.data.PictureDataset;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.image.ColorJitter;
import io.retrograd.image.Cover;
import io.retrograd.image.Cutout;
import io.retrograd.image.Mixup;
import io.retrograd.image.Normalize;
import io.retrograd.image.PictureReader;
import io.retrograd.image.RandomCrop;
import io.retrograd.image.RandomFlip;
import io.retrograd.image.RandomResizedCrop;
import io.retrograd.image.Transform;
import io.retrograd.image.Transforms;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pictures are read and changed. */
final class PictureOptions {
    /** The changes that training makes at random. */
    enum Change {
        flip,
        crop,
        resized_crop,
        jitter,
        cutout,
        mixup
    }

    /** How bytes become numbers. */
    enum Scale {
        none,
        imagenet
    }

    private static final int SIZE = 32;
    private static final double SMALLEST_PART = 0.35;
    private static final ColorJitter JITTER = new ColorJitter(0.4, 0.4, 0.4, 0.1);

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Height and width of a folder's pictures. Default: 32.")
    @Nullable Integer size;

    @Option(names = "--grey", description = "Read a folder's pictures in grey.")
    boolean grey;

    @Option(
            names = "--skip-broken",
            description = "Leave a folder's damaged pictures out, and name them.")
    boolean skipBroken;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            defaultValue = "" + PictureReader.MOST_PIXELS,
            description =
                    "Refuse larger pictures before they are decoded. Default: ${DEFAULT-VALUE}.")
    long maxPixels = PictureReader.MOST_PIXELS;

    @Option(
            names = "--augment",
            paramLabel = "LIST",
            split = ",",
            description = {
                "Changes of training pictures, some of ${COMPLETION-CANDIDATES}, with commas."
                        + " Default: flip,crop for folder and cifar100; for other pictures a shift"
                        + " by a pixel."
            })
    @Nullable List<Change> augment;

    @Option(
            names = "--normalize",
            paramLabel = "KIND",
            defaultValue = "none",
            description =
                    "none, or imagenet: subtract the mean of its photographs, and divide by their"
                            + " deviation. Default: ${DEFAULT-VALUE}.")
    Scale normalize = Scale.none;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "Threads that read and change pictures. Results do not depend on it. Default:"
                            + " one a core, at most 8; 0 for data that need neither.")
    @Nullable Integer workers;

    void check() {
        if (size != null) {
            Values.atLeast("--size", 4, size);
        }
        if (workers != null) {
            Values.atLeast("--workers", 0, workers);
        }
        Values.atLeast("--max-pixels", 1, maxPixels);
    }

    /** Whether options say how pictures are changed. */
    boolean given() {
        return augment != null || normalize != Scale.none;
    }

    /** Whether labels become probabilities. */
    boolean mixes() {
        return augment != null && augment.contains(Change.mixup);
    }

    int side() {
        return size == null ? SIZE : size;
    }

    int threads() {
        return workers == null ? Math.min(8, Runtime.getRuntime().availableProcessors()) : workers;
    }

    /**
     * The changes of pictures.
     *
     * @param first what is done to all
     * @param shape of pictures after that
     * @param none whether nothing is drawn
     */
    private Transforms transforms(List<Transform> first, Shape shape, boolean none) {
        List<Change> changes =
                none ? List.of() : augment == null ? List.of(Change.flip, Change.crop) : augment;
        int height = shape.dim(1);
        int width = shape.dim(2);
        int side = Math.min(height, width);
        List<Transform> steps = new ArrayList<>(first);
        if (changes.contains(Change.resized_crop)) {
            steps.clear();
            steps.add(new RandomResizedCrop(height, width, SMALLEST_PART));
        }
        for (Change change : Change.values()) {
            if (changes.contains(change)) {
                switch (change) {
                    case crop -> steps.add(new RandomCrop(height, width, Math.max(1, side / 8)));
                    case flip -> steps.add(new RandomFlip());
                    case jitter -> steps.add(JITTER);
                    case cutout -> steps.add(new Cutout(Math.max(1, side / 2)));
                    case resized_crop, mixup -> {}
                }
            }
        }
        if (normalize == Scale.imagenet) {
            steps.add(shape.dim(0) == 1 ? Normalize.imageNet().grey() : Normalize.imageNet());
        }
        if (changes.contains(Change.mixup)) {
            steps.add(new Mixup());
        }
        return new Transforms(shape.dim(0), steps);
    }

    /** What is done to a folder's pictures. */
    Transforms ofFolder(boolean noAugment) {
        Shape shape = Shape.of(grey ? 1 : 3, side(), side());
        return transforms(List.of(new Cover(side(), side())), shape, noAugment);
    }

    /** What is done to pictures that have their size. */
    Transforms of(Shape sample, boolean noAugment) {
        return transforms(List.of(), sample, noAugment);
    }

    /** Reads a folder, and says what was left out of it. */
    TrainTest load(
            Path folder, @Nullable Split split, long seed, boolean noAugment, PrintWriter out)
            throws IOException {
        ImageFolder pictures =
                new ImageFolder(folder)
                        .skipBroken(skipBroken)
                        .mostPixels(maxPixels)
                        .workers(Math.max(1, threads()));
        Split given = split != null ? split : pictures.hasTest() ? Split.CLASSIC : Split.STRATIFIED;
        ImageFolder.Loaded loaded = pictures.load(ofFolder(noAugment), given, seed);
        if (!loaded.broken().isEmpty()) {
            out.printf("left out %,d broken files:%n", loaded.broken().size());
            loaded.broken().forEach(problem -> out.println("  " + problem));
        }
        if (loaded.others() > 0) {
            out.printf("ignored %,d files without a picture's name%n", loaded.others());
        }
        out.flush();
        return loaded.parts();
    }

    /** Changes pictures that are in memory. */
    TrainTest transformed(TrainTest parts, boolean noAugment) {
        Transforms transforms = of(parts.train().sampleShape(), noAugment);
        return new TrainTest(
                PictureDataset.of(parts.train(), transforms),
                PictureDataset.of(parts.test(), transforms.fixed()));
    }
}
