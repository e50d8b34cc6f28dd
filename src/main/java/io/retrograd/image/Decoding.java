package io.retrograd.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;

/** The first picture of a file. */
final class Decoding {
    private Decoding() {}

    /**
     * Decodes it.
     *
     * @throws IOException if the file is damaged or cut off
     */
    static BufferedImage decode(ImageReader reader, PictureFormat format, Damage damage)
            throws IOException {
        BufferedImage image = reader.read(0);
        damage.check();
        return image;
    }
}
