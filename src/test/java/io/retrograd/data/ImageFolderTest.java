package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.image.Cover;
import io.retrograd.image.Mixup;
import io.retrograd.image.Normalize;
import io.retrograd.image.RandomCrop;
import io.retrograd.image.RandomFlip;
import io.retrograd.image.Transforms;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import io.retrograd.train.History;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Sampler;
import io.retrograd.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads folders of pictures, damaged ones among them, and trains on them. */
class ImageFolderTest {
    private static final int EACH = 30;
    private static final Transforms CHANGES =
            Transforms.of(new Cover(8, 8), new RandomCrop(8, 8, 1), new RandomFlip());

    @TempDir private Path folder;

    /** Red pictures and blue ones, of different sizes. */
    @BeforeEach
    void makePictures() throws IOException {
        for (int label = 0; label < 2; label++) {
            Path of = Files.createDirectories(folder.resolve(label == 0 ? "blue" : "red"));
            for (int i = 0; i < EACH; i++) {
                Files.write(of.resolve(String.format("%02d.png", i)), png(label, i));
            }
        }
    }

    private static byte[] png(int label, int i) throws IOException {
        BufferedImage image = new BufferedImage(8 + i % 5, 9 + i % 3, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int strong = 130 + (7 * x + 13 * y + i) % 100;
                int weak = (11 * x + 3 * y + 5 * i) % 120;
                int red = label == 0 ? weak : strong;
                int blue = label == 0 ? strong : weak;
                image.setRGB(x, y, red << 16 | (i % 50) << 8 | blue);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private ImageFolder pictures() {
        return new ImageFolder(folder).workers(2);
    }

    @Test
    void foldersAreClasses() throws IOException {
        TrainTest parts = pictures().load(CHANGES, Split.STRATIFIED, 1).parts();
        assertEquals(List.of("blue", "red"), parts.train().labelNames());
        assertEquals(2 * EACH * 4 / 5, parts.train().size());
        assertEquals(2 * EACH / 5, parts.test().size());
        assertEquals(Shape.of(3, 8, 8), parts.train().sampleShape());
        for (int i = 0; i < parts.test().size(); i++) {
            byte[] pixels = new byte[3 * 64];
            parts.test().pixels(i, pixels, 0);
            boolean red = (pixels[0] & 0xFF) > (pixels[128] & 0xFF);
            assertEquals(red ? 1 : 0, parts.test().label(i));
        }
    }

    @Test
    void damagedFilesAreNamedOrLeftOut() throws IOException {
        byte[] sound = Files.readAllBytes(folder.resolve("red/00.png"));
        Path cut = folder.resolve("red/cut.png");
        Files.write(cut, Arrays.copyOf(sound, sound.length / 2));
        Files.write(folder.resolve("red/empty.jpg"), new byte[0]);
        Files.writeString(folder.resolve("red/text.png"), "no picture");
        Files.createDirectory(folder.resolve("red/folder.png"));
        Files.createSymbolicLink(folder.resolve("red/loop"), folder.resolve("red"));
        Files.createSymbolicLink(folder.resolve("red/self.png"), folder.resolve("red/self.png"));
        Files.writeString(folder.resolve("red/notes.txt"), "not meant to be one");
        IOException e =
                assertThrows(
                        IOException.class, () -> pictures().load(CHANGES, Split.STRATIFIED, 1));
        assertTrue(e.getMessage().contains("--skip-broken"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());

        ImageFolder.Loaded loaded = pictures().skipBroken(true).load(CHANGES, Split.STRATIFIED, 1);
        assertEquals(6, loaded.broken().size(), loaded.broken().toString());
        assertTrue(
                loaded.broken().stream().anyMatch(b -> b.startsWith(cut + ": expected a sound")));
        assertEquals(1, loaded.others());
        LabelledDataset train = loaded.parts().train();
        assertEquals(2 * EACH, train.size() + loaded.parts().test().size());
    }

    @Test
    void largePicturesAreRefusedBeforeTheyAreDecoded() {
        IOException e =
                assertThrows(
                        IOException.class,
                        () -> pictures().mostPixels(71).load(CHANGES, Split.STRATIFIED, 1));
        assertTrue(e.getMessage().contains("at most 71 pixels"), e.getMessage());
    }

    @Test
    void classesWithoutPicturesAreRefused() throws IOException {
        Files.createDirectory(folder.resolve("green"));
        IOException e =
                assertThrows(
                        IOException.class, () -> pictures().load(CHANGES, Split.STRATIFIED, 1));
        assertTrue(e.getMessage().contains("the class green, found none"), e.getMessage());
    }

    /** A quarter of the pictures is kept, the others are decoded again. */
    @Test
    void memoryChangesNothing() throws IOException {
        LabelledDataset all = pictures().load(CHANGES, Split.STRATIFIED, 1).parts().train();
        LabelledDataset some =
                pictures().memory(15 * 192).load(CHANGES, Split.STRATIFIED, 1).parts().train();
        for (int i = 0; i < all.size(); i++) {
            assertArrayEquals(pixels(all, i, 9), pixels(some, i, 9));
        }
    }

    private static byte[] pixels(LabelledDataset dataset, int index, long number) {
        byte[] pixels = new byte[(int) dataset.sampleShape().size()];
        dataset.drawn(new Draw(3, number)).pixels(index, pixels, 0);
        return pixels;
    }

    /** The names of the new ones come before, so that all others have new numbers. */
    @Test
    void hashesKeepFilesWhereTheyAre() throws IOException {
        Set<String> before = tested(1);
        for (int i = 0; i < EACH; i++) {
            Files.write(folder.resolve(String.format("blue/-more%02d.png", i)), png(0, i));
        }
        Set<String> after = tested(1);
        assertTrue(after.removeIf(name -> name.contains("more")));
        assertEquals(before, after);
        assertNotEquals(after, tested(2));
    }

    private Set<String> tested(long seed) throws IOException {
        LabelledDataset test = pictures().load(CHANGES, Split.HASH, seed).parts().test();
        Set<String> names = new HashSet<>();
        IntStream.range(0, test.size()).forEach(i -> names.add(test.sampleName(i)));
        return names;
    }

    /** The others are labelled as the class of no picture to train on. */
    @Test
    void onlyTrainedPicturesAreMixed() throws IOException {
        Transforms mixed = CHANGES.plus(new Mixup(1));
        LabelledDataset all = pictures().load(mixed, Split.STRATIFIED, 1).parts().train();
        int[] blue = IntStream.range(0, all.size()).filter(i -> all.label(i) == 0).toArray();
        LabelledDataset part = new Subset(new Subset(all, blue), 3, 1, 2);
        double[] probabilities = new double[2];
        for (int draw = 0; draw < 200; draw++) {
            part.drawn(new Draw(1, draw)).probabilities(draw % 3, probabilities, 0, 2);
            assertEquals(1, probabilities[0], 1e-12);
        }
        int both = 0;
        for (int draw = 0; draw < 200; draw++) {
            all.drawn(new Draw(1, draw)).probabilities(0, probabilities, 0, 2);
            assertEquals(1, probabilities[0] + probabilities[1], 1e-12);
            both += probabilities[0] > 0 && probabilities[1] > 0 ? 1 : 0;
        }
        assertTrue(both > 60 && both < 140, "mixed classes " + both);
        assertThrows(IllegalStateException.class, () -> all.drawn(new Draw(1, 1)).label(0));
    }

    private double[] trained(Transforms transforms, int workers, Sampler sampler)
            throws IOException {
        TrainTest parts = pictures().load(transforms, Split.STRATIFIED, 1).parts();
        boolean mixed = transforms.mixup() != null;
        CrossEntropy loss = new CrossEntropy();
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(
                                new Sequential(new Flatten(), new Linear(2)),
                                parts.train().sampleShape(),
                                backend,
                                1)) {
            Trainer trainer =
                    new Trainer(model, mixed ? loss.ofProbabilities() : loss, new Sgd(0.05))
                            .batch(7)
                            .epochs(4)
                            .workers(workers)
                            .sampler(sampler);
            History history = trainer.validation(parts.test()).fit(parts.train());
            assertTrue(trainer.evaluate(parts.test()).accuracy() > 0.9);
            assertTrue(history.last().accuracy() > 0.6);
            return model.parameter("1.weight");
        }
    }

    @Test
    void threadsChangeNothing() throws IOException {
        for (Transforms transforms :
                List.of(CHANGES, CHANGES.plus(Normalize.imageNet()).plus(new Mixup()))) {
            double[] alone = trained(transforms, 0, Sampler.shuffled());
            assertArrayEquals(alone, trained(transforms, 1, Sampler.shuffled()));
            assertArrayEquals(alone, trained(transforms, 8, Sampler.shuffled()));
        }
    }

    /** The file is there when its header is read, and damaged when training wants it. */
    @Test
    void whatBreaksWhileTrainingIsNamed() throws IOException {
        TrainTest parts = pictures().memory(0).load(CHANGES, Split.STRATIFIED, 1).parts();
        Files.write(folder.resolve("red/07.png"), new byte[] {1, 2, 3});
        RuntimeException e =
                assertThrows(
                        RuntimeException.class,
                        () -> {
                            for (LabelledDataset part : List.of(parts.train(), parts.test())) {
                                for (int i = 0; i < part.size(); i++) {
                                    part.pixels(i, new byte[192], 0);
                                }
                            }
                        });
        assertTrue(e.getMessage().contains("07.png: expected a PNG"), e.getMessage());
    }

    @Test
    void unequalClassesAreBalanced() throws IOException {
        LabelledDataset all = pictures().load(CHANGES, Split.STRATIFIED, 1).parts().train();
        int[] few =
                IntStream.range(0, all.size())
                        .filter(i -> all.label(i) == 0 || i % 8 == 0)
                        .toArray();
        LabelledDataset unequal = new Subset(all, few);
        Sampler sampler = Sampler.balanced(unequal);
        int[] order = new int[unequal.size()];
        int red = 0;
        int epochs = 400;
        for (int epoch = 1; epoch <= epochs; epoch++) {
            sampler.order(order, 5, epoch);
            red += (int) IntStream.of(order).filter(i -> unequal.label(i) == 1).count();
        }
        double draws = epochs * (double) order.length;
        assertEquals(0.5, red / draws, 4 * 0.5 / Math.sqrt(draws));
        int[] again = new int[order.length];
        sampler.order(again, 5, epochs);
        assertArrayEquals(order, again);
        assertThrows(IllegalArgumentException.class, () -> Sampler.weighted(List.of(0.0, -1.0)));
        assertThrows(IllegalArgumentException.class, () -> Sampler.weighted(List.of(0.0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Sampler.weighted(List.of(1.0)).order(order, 1, 1));
    }
}
