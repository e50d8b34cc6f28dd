package io.retrograd.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;

/** The look of all pictures: colours, lines and fonts. */
public final class Look {
    /** The palette of Okabe and Ito, which colour-blind people can tell apart. */
    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xE69F00),
                    new Color(0x009E73),
                    new Color(0xD55E00),
                    new Color(0xCC79A7),
                    new Color(0x56B4E9));

    static final Color GRAY = new Color(0x808080);
    static final Color GRID = new Color(0xECECEC);
    static final Color INK = new Color(0x303030);

    private static final double DARKER = 0.5;

    private Look() {}

    /**
     * A colour of the palette, which begins anew behind its last one.
     *
     * @param number from 0; −1 for gray
     */
    static Color color(int number) {
        return number < 0 ? GRAY : COLORS.get(number % COLORS.size());
    }

    /** The colour of one of up to 12 classes, from 0; −1 for ink. Behind the palette's, darker. */
    static Color ofClass(int number) {
        if (number < 0) {
            return INK;
        }
        return mix(color(number), Color.BLACK, number / COLORS.size() % 2 == 0 ? 0 : DARKER);
    }

    /** The mixture of two colours: the first at share 0, the second at 1. */
    static Color mix(Color from, Color to, double share) {
        double kept = 1 - share;
        return new Color(
                (int) Math.round(kept * from.getRed() + share * to.getRed()),
                (int) Math.round(kept * from.getGreen() + share * to.getGreen()),
                (int) Math.round(kept * from.getBlue() + share * to.getBlue()));
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    static BasicStroke stroke(float width, float... dashes) {
        return new BasicStroke(
                width,
                BasicStroke.CAP_ROUND,
                BasicStroke.JOIN_ROUND,
                /* miterlimit= */ 1,
                dashes.length == 0 ? null : dashes,
                /* dash_phase= */ 0);
    }

    /**
     * Tries to draw.
     *
     * @throws IllegalStateException if this machine cannot, as without fonts
     */
    public static void check() {
        System.setProperty("java.awt.headless", "true");
        try {
            new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                    .createGraphics()
                    .getFontMetrics(font(Font.PLAIN, 12))
                    .stringWidth("0");
        } catch (LinkageError | InternalError | RuntimeException e) {
            throw new IllegalStateException(
                    "plot: expected fonts, got none; install fontconfig and a font, such as DejaVu"
                            + " Sans ("
                            + e
                            + ")",
                    e);
        }
    }
}
