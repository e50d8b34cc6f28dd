package io.retrograd.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Square pictures in rows below a title.
 *
 * @param columns pictures beside each other
 */
public record PicturePanel(String title, int columns, List<BufferedImage> pictures)
        implements Panel {
    private static final int TOP = 36;
    private static final int MARGIN = 8;
    private static final int GAP = 4;

    public PicturePanel {
        pictures = List.copyOf(pictures);
        if (columns < 1 || pictures.isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(
                            "PicturePanel: expected at least 1 column and picture, got %d and %d",
                            columns, pictures.size()));
        }
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        graphics.setColor(Look.INK);
        graphics.setFont(Look.font(Font.BOLD, 14));
        int half = graphics.getFontMetrics().stringWidth(title) / 2;
        graphics.drawString(title, width / 2 - half, 24);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        int rows = (pictures.size() + columns - 1) / columns;
        int side =
                Math.min(
                        (width - 2 * MARGIN + GAP) / columns, (height - TOP - MARGIN + GAP) / rows);
        int left = (width + GAP - columns * side) / 2;
        for (int i = 0; i < pictures.size(); i++) {
            graphics.drawImage(
                    pictures.get(i),
                    left + i % columns * side,
                    TOP + i / columns * side,
                    side - GAP,
                    side - GAP,
                    /* observer= */ null);
        }
    }
}
