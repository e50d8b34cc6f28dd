package io.retrograd.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.image.Png;
import io.retrograd.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures, as Java's own reader sees them. */
class PictureTest {
    private static BufferedImage read(byte[] file) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(file));
    }

    @Test
    void pixelsComeBack() throws IOException {
        for (int channels = 1; channels <= 4; channels++) {
            byte[] pixels = new byte[5 * 3 * channels];
            new Random(channels).nextBytes(pixels);
            var image = read(Png.of(5, 3, channels, pixels));
            assertEquals(5, image.getWidth());
            assertEquals(3, image.getHeight());
            int[] got = new int[channels];
            for (int i = 0; i < 15; i++) {
                image.getRaster().getPixel(i % 5, i / 5, got);
                for (int c = 0; c < channels; c++) {
                    assertEquals(pixels[i * channels + c] & 0xFF, got[c], "pixel " + i);
                }
            }
        }
    }

    @Test
    void otherSizesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Png.of(2, 2, 1, new byte[3]));
        assertThrows(IllegalArgumentException.class, () -> Png.of(0, 2, 1, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> Png.of(1, 1, 5, new byte[5]));
    }

    private static int gray(Picture picture, int x, int y) throws IOException {
        return read(picture.file()).getRaster().getSample(x, y, 0);
    }

    @Test
    void samplesFromZeroToOneStayAsBrightAsTheyAre() throws IOException {
        Picture picture = SamplePicture.of("", Shape.of(1, 2, 2), 0, 0.2, 0.4, 0.6);
        assertNotNull(picture);
        assertEquals(51, gray(picture, 1, 0));
        assertEquals(153, gray(picture, 1, 1));
    }

    @Test
    void otherSamplesAreStretched() throws IOException {
        Picture picture = SamplePicture.of("", Shape.of(2, 2), -2, 0, 1, 3);
        assertNotNull(picture);
        assertEquals(0, gray(picture, 0, 0));
        assertEquals(102, gray(picture, 1, 0));
        assertEquals(255, gray(picture, 1, 1));
        assertNull(SamplePicture.of("", Shape.of(4), 1, 2, 3, 4));
    }

    @Test
    void largeSamplesAreMadeSmallerByMeans() throws IOException {
        double[] values = new double[256 * 130];
        values[2] = 1;
        values[3] = 0.6;
        Picture picture = SamplePicture.of("", Shape.of(130, 256), values);
        assertNotNull(picture);
        assertEquals(128, picture.width());
        assertEquals(65, picture.height());
        assertEquals(102, gray(picture, 1, 0));
    }
}
