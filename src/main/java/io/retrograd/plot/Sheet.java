package io.retrograd.plot;

import io.retrograd.file.WholeFile;
import io.retrograd.image.Png;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Panels of one size in rows, as a PNG picture. */
public final class Sheet {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 560;
    private static final int COLUMNS = 2;

    /** Pixels a point: sharp where it is enlarged or printed. */
    private static final int SCALE = 2;

    private final int columns;
    private final int width;
    private final int height;
    private final List<Panel> panels = new ArrayList<>();

    /** Of large panels, two beside each other. */
    public Sheet() {
        this(COLUMNS, WIDTH, HEIGHT);
    }

    /**
     * Of panels of this size.
     *
     * @param columns panels beside each other, at most
     * @param width of a panel, in points
     */
    public Sheet(int columns, int width, int height) {
        this.columns = columns;
        this.width = width;
        this.height = height;
    }

    /** One more panel. */
    public Sheet add(Panel panel) {
        panels.add(panel);
        return this;
    }

    private BufferedImage draw() {
        int across = Math.min(columns, panels.size());
        int rows = (panels.size() + across - 1) / across;
        BufferedImage image =
                new BufferedImage(
                        SCALE * across * width, SCALE * rows * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(SCALE, SCALE);
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int i = 0; i < panels.size(); i++) {
            Graphics2D panel = (Graphics2D) graphics.create();
            panel.translate(i % across * width, i / across * height);
            panels.get(i).paint(panel, width, height);
            panel.dispose();
        }
        graphics.dispose();
        return image;
    }

    /**
     * The picture as a PNG file.
     *
     * @throws IllegalStateException if this machine cannot draw, as without fonts
     */
    public byte[] png() {
        Look.check();
        return Png.of(draw());
    }

    /**
     * Writes the picture.
     *
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        WholeFile.write(file, png());
    }
}
