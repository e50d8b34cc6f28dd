package io.retrograd.data;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * Handwritten digits that come with the library: 1797 images of 8 by 8 pixels in 10 classes.
 *
 * <p>Source: E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine
 * Learning Repository, 1998 (CC BY 4.0): the test set, as scikit-learn carries it.
 */
public final class Digits {
    private static final String RESOURCE = "digits.csv.gz";
    private static final Shape SAMPLE = Shape.of(1, 8, 8);
    private static final int CLASSES = 10;
    private static final int LARGEST = 16;

    private Digits() {}

    /** All images, in the order of the file. */
    public static LabelledDataset load() {
        InputStream resource = Digits.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IllegalStateException(
                    "Digits: expected the resource " + RESOURCE + " beside the class, found none");
        }
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
            return read(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("Digits: " + RESOURCE, e);
        }
    }

    /** One image a line: 64 pixels from 0 to 16, row-major, then the label. */
    private static LabelledDataset read(BufferedReader lines) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.split(",", -1);
            for (int i = 0; i < SAMPLE.size(); i++) {
                pixels.write(Integer.parseInt(fields[i]));
            }
            labels.write(Integer.parseInt(fields[(int) SAMPLE.size()]));
        }
        return ByteDataset.of(pixels.toByteArray(), LARGEST, labels.toByteArray(), SAMPLE, CLASSES);
    }
}
