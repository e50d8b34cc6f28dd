package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.ImageFolder;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.image.Cover;
import io.retrograd.image.Transforms;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawn fruit: told apart by their ripeness, and by nothing simpler. */
class FruitTest {
    private static final int EACH = 40;

    @TempDir private Path folder;

    @Test
    void everyStateHasAsManyOfEveryKind() {
        List<Fruit.Drawn> all = Fruit.all(EACH, /* seed= */ 1);
        for (Fruit.State state : Fruit.State.values()) {
            for (FruitPicture.Kind kind : FruitPicture.Kind.values()) {
                assertEquals(
                        EACH,
                        all.stream().filter(d -> d.state() == state && d.kind() == kind).count());
            }
        }
        assertEquals(all.size(), all.stream().map(Fruit.Drawn::file).distinct().count());
        assertEquals(all.size(), all.stream().map(Fruit.Drawn::seed).distinct().count());
        assertEquals("unripe/banana-001.png", all.get(0).file());
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @Test
    void aSeedGivesAPicture() {
        for (FruitPicture.Kind kind : FruitPicture.Kind.values()) {
            int[] first = pixels(FruitPicture.draw(kind, 0.5, 96, 7));
            assertTrue(Arrays.equals(first, pixels(FruitPicture.draw(kind, 0.5, 96, 7))));
            assertNotEquals(
                    Arrays.hashCode(first),
                    Arrays.hashCode(pixels(FruitPicture.draw(kind, 0.5, 96, 8))));
        }
    }

    /** What is taken for granted elsewhere: a third of the pictures, and little more. */
    @Test
    void meanColoursTellLittle() {
        double accuracy = Demonstrated.quick(new Fruit()).number("/mean_color_accuracy");
        assertTrue(accuracy < 0.7, "accuracy " + accuracy);
    }

    @Test
    void aNetworkLearnsThemFromTheirFolders() throws Exception {
        for (Fruit.Drawn drawn : Fruit.all(EACH, /* seed= */ 1)) {
            Path file = folder.resolve(drawn.file());
            Files.createDirectories(folder.resolve(drawn.state().text()));
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(drawn.image(), "png", png);
            Files.write(file, png.toByteArray());
        }
        TrainTest parts =
                new ImageFolder(folder)
                        .load(Transforms.of(new Cover(32, 32)), Split.STRATIFIED, /* seed= */ 1)
                        .parts();
        assertEquals(List.of("overripe", "ripe", "unripe"), parts.train().labelNames());
        try (Backend backend = Backends.open("auto");
                Model model =
                        Model.create(
                                DigitsNet.of(3), Shape.of(3, 32, 32), backend, /* seed= */ 1)) {
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(5e-3))
                            .schedule(Schedule.oneCycle())
                            .batch(32)
                            .epochs(8);
            trainer.fit(parts.train());
            double accuracy = trainer.evaluate(parts.test()).accuracy();
            assertTrue(accuracy >= 0.9, "accuracy " + accuracy);
        }
    }
}
