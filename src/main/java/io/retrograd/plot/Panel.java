package io.retrograd.plot;

import java.awt.Graphics2D;

/** One part of a {@link Sheet}. */
public interface Panel {
    /** Draws itself from (0, 0) on, on white. */
    void paint(Graphics2D graphics, int width, int height);
}
