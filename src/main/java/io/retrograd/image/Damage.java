package io.retrograd.image;

import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import org.jspecify.annotations.Nullable;

/** Remembers whether a reader has made up the rest of a file that was cut off. */
final class Damage implements IIOReadWarningListener {
    private @Nullable String first;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
        String text = warning.toLowerCase(Locale.ROOT);
        boolean cut = text.contains("premature") || text.contains("truncated");
        if (first == null && cut) {
            first = warning;
        }
    }

    /**
     * Refuses such a file.
     *
     * @throws IOException if it was cut off
     */
    void check() throws IOException {
        if (first != null) {
            throw new IOException(first);
        }
    }
}
