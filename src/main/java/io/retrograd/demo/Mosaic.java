package io.retrograd.demo;

import io.retrograd.plot.Grid;
import java.util.Arrays;

/** Small pictures beside and below each other, a pixel apart. */
final class Mosaic {
    /** Pixels of a picture's sides. */
    static final int SIDE = 8;

    private static final int TILE = SIDE + 1;

    private Mosaic() {}

    /**
     * Pictures of 8 by 8 pixels, row by row.
     *
     * @param gap the value between them
     */
    static Grid of(int columns, double gap, double[]... tiles) {
        int rows = (tiles.length + columns - 1) / columns;
        double[][] values = new double[rows * TILE + 1][columns * TILE + 1];
        for (double[] row : values) {
            Arrays.fill(row, gap);
        }
        for (int n = 0; n < tiles.length; n++) {
            for (int i = 0; i < tiles[n].length; i++) {
                int row = 1 + n / columns * TILE + i / SIDE;
                int column = 1 + n % columns * TILE + i % SIDE;
                values[values.length - 1 - row][column] = tiles[n][i];
            }
        }
        return new Grid(0, columns, 0, rows, values);
    }
}
