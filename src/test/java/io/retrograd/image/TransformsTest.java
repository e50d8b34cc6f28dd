package io.retrograd.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.tensor.Draw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares transforms with Pillow's and torchvision's, and checks how they are put together. */
class TransformsTest {
    private static final Path PICTURES = Path.of("src/test/resources/image");
    private static final Draw DRAW = new Draw(7, 11);
    private final Picture x = read("x.png");

    private static Picture read(String name) {
        try {
            return new PictureReader().read(PICTURES.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int difference(Picture expected, Picture got) {
        assertEquals(expected.shape(), got.shape());
        int most = 0;
        for (int i = 0; i < expected.pixels().length; i++) {
            int d = (expected.pixels()[i] & 0xFF) - (got.pixels()[i] & 0xFF);
            most = Math.max(most, Math.abs(d));
        }
        return most;
    }

    @ParameterizedTest
    @CsvSource({"17,23", "106,74", "53,11", "20,37", "200,9", "1,1"})
    void resizesAsPillowBitByBit(int width, int height) {
        for (Filter filter : Filter.values()) {
            String name = filter.name().toLowerCase(Locale.ROOT);
            Picture expected =
                    read(String.format("expected/resize-%s-%dx%d.png", name, width, height));
            assertEquals(
                    0, difference(expected, new Resize(height, width, filter).apply(x, DRAW, 0)));
        }
    }

    @Test
    void cutsAndShortensAsTorchvision() {
        assertEquals(
                0,
                difference(
                        read("expected/shorter-16.png"), new ResizeShorter(16).apply(x, DRAW, 0)));
        assertEquals(
                0,
                difference(
                        read("expected/shorter-61.png"), new ResizeShorter(61).apply(x, DRAW, 0)));
        assertEquals(
                0,
                difference(
                        read("expected/center-24x24.png"),
                        new CenterCrop(24, 24).apply(x, DRAW, 0)));
        assertEquals(
                0,
                difference(
                        read("expected/center-60x30.png"),
                        new CenterCrop(30, 60).apply(x, DRAW, 0)));
    }

    @Test
    void changesColorsAsTorchvision() {
        for (double factor : new double[] {0.4, 1.7}) {
            assertEquals(
                    0,
                    difference(
                            read("expected/brightness-" + factor + ".png"),
                            Colors.brightness(x, factor)));
            assertTrue(
                    difference(
                                    read("expected/contrast-" + factor + ".png"),
                                    Colors.contrast(x, factor))
                            <= 1);
            assertTrue(
                    difference(
                                    read("expected/saturation-" + factor + ".png"),
                                    Colors.saturation(x, factor))
                            <= 1);
        }
        for (double shift : new double[] {-0.3, 0.1}) {
            assertTrue(
                    difference(read("expected/hue-" + shift + ".png"), Colors.hue(x, shift)) <= 1);
        }
        assertEquals(0, difference(read("expected/grey.png"), x.channels(1).channels(3)));
    }

    @Test
    void normalizesAsTorchvision() throws IOException {
        ByteBuffer expected =
                ByteBuffer.wrap(Files.readAllBytes(PICTURES.resolve("expected/normalize-5-7.f32")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] values = Transforms.of(Normalize.imageNet()).values(x);
        for (int c = 0; c < 3; c++) {
            for (int i = 7; i < 11; i++) {
                assertEquals(
                        expected.getFloat(), values[(c * x.height() + 5) * x.width() + i], 1e-6);
            }
        }
    }

    private static Transforms all() {
        return Transforms.of(
                new Resize(40, 40, Filter.AREA),
                new ResizeShorter(36),
                new RandomResizedCrop(32, 32, 0.3),
                new RandomCrop(30, 28, 4),
                new RandomFlip(),
                new ColorJitter(0.4, 0.4, 0.4, 0.1),
                new Cutout(8),
                new Cover(20, 24),
                new CenterCrop(18, 18),
                Normalize.imageNet(),
                new Mixup(0.3));
    }

    @Test
    void aFileHoldsThemAll(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("transforms.json");
        all().save(file);
        assertEquals(all(), Transforms.load(file));
        assertTrue(Files.readString(file).contains("\"random-resized-crop\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}",
                "[]",
                "{\"channels\":3,\"steps\":[{\"transform\":\"twist\"}]}",
                "{\"channels\":2,\"steps\":[]}",
                "{\"channels\":3,\"steps\":[{\"transform\":\"resize\",\"height\":4}]}",
                "{\"channels\":3,\"steps\":[{\"transform\":\"cutout\",\"side\":0,\"fill\":1}]}",
                "{\"channels\":3,\"steps\":[null]}",
            })
    void otherFilesAreRefused(String text, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("t.json");
        Files.writeString(file, text);
        IOException e = assertThrows(IOException.class, () -> Transforms.load(file));
        assertTrue(e.getMessage().startsWith(file + ": expected transforms"), e.getMessage());
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }

    @Test
    void fixedOnesDrawNothingAndHaveTheSize() {
        Transforms fixed = all().fixed();
        assertTrue(fixed.deterministic());
        assertEquals(new Size(18, 18), all().size(null));
        assertEquals(new Size(18, 18), fixed.size(null));
        assertArrayEquals(
                fixed.apply(x, new Draw(1, 1)).pixels(), fixed.apply(x, new Draw(2, 9)).pixels());
        assertEquals(2, all().prefix().steps().size());
        List<Transform> together = new ArrayList<>(all().prefix().steps());
        together.addAll(all().suffix().steps());
        assertEquals(all().steps(), together);
    }

    @Test
    void drawsAreFunctionsOfTheNumber() {
        Picture first = all().apply(x, DRAW);
        assertArrayEquals(first.pixels(), all().apply(x, new Draw(7, 11)).pixels());
        assertTrue(difference(first, all().apply(x, new Draw(7, 12))) > 0);
        assertTrue(difference(first, all().apply(x, new Draw(8, 11))) > 0);
    }

    /** Of {@code x (1, 1, W)} with pixel i = i: the first one cut off says where a crop began. */
    @Test
    void cropsBeginAnywhereAlike() {
        byte[] ramp = new byte[20];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (i + 1);
        }
        Picture row = new Picture(1, 1, 20, ramp);
        int[] counts = new int[21];
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            counts[new RandomCrop(1, 18, 2).apply(row, new Draw(3, i), 0).at(0, 0, 2)]++;
        }
        // Of 7 places along the row, and of 5 across it, of which 1 shows the row.
        double expected = draws / 35.0;
        for (int place = 1; place <= 7; place++) {
            assertEquals(expected, counts[place], 4 * Math.sqrt(expected));
        }
    }

    /** Of {@code x (1, 1, 2)}: none, all, or a share of them. */
    @Test
    void theShareThatIsFlippedIsAsAsked() {
        Picture row = new Picture(1, 1, 2, new byte[] {1, 2});
        int draws = 10_000;
        for (double p : new double[] {0, 0.2, 0.5, 1}) {
            int flipped = 0;
            for (int i = 0; i < draws; i++) {
                flipped += new RandomFlip(p).apply(row, new Draw(3, i), 0).at(0, 0, 0) - 1;
            }
            assertEquals(draws * p, flipped, 4 * Math.sqrt(draws * p * (1 - p)));
        }
    }

    /** Beta(α, α) has the variance 1 / (4 (2α + 1)). */
    @Test
    void sharesOfMixupAreBeta() {
        for (double alpha : new double[] {0.05, 0.2, 1}) {
            int draws = 20_000;
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < draws; i++) {
                double share = new Mixup(alpha).share(new Draw(5, i));
                assertTrue(share >= 0 && share <= 1);
                sum += share;
                squares += (share - 0.5) * (share - 0.5);
            }
            assertEquals(0.5, sum / draws, 0.015);
            assertEquals(1 / (4 * (2 * alpha + 1)), squares / draws, 0.006);
        }
    }

    @Test
    void ordersWithoutSenseAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Transforms.of(Normalize.imageNet(), new RandomFlip()));
        assertThrows(IllegalArgumentException.class, () -> Transforms.of(new Mixup(), new Mixup()));
        assertThrows(
                IllegalArgumentException.class,
                () -> Transforms.of(Normalize.imageNet()).channels(1));
        assertThrows(
                IllegalArgumentException.class, () -> Transforms.of(new RandomFlip()).size(null));
    }
}
