package io.retrograd.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Numbers at the points of a regular grid over a rectangle. */
public final class Grid {
    private final double x0;
    private final double x1;
    private final double y0;
    private final double y1;
    private final double[][] values;

    /** The two ends of a piece of a line on which a field has one value. */
    record Piece(double fromX, double fromY, double toX, double toY) {}

    /**
     * Numbers over a rectangle.
     *
     * @param values by row, from the lowest y on, and column, from the lowest x on. Not modified.
     */
    public Grid(double x0, double x1, double y0, double y1, double[][] values) {
        if (values.length < 2 || values[0].length < 2 || !(x0 < x1) || !(y0 < y1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Grid: expected at least 2 x 2 points over a rectangle, got %d rows"
                                    + " over [%s, %s] x [%s, %s]",
                            values.length, x0, x1, y0, y1));
        }
        this.x0 = x0;
        this.x1 = x1;
        this.y0 = y0;
        this.y1 = y1;
        this.values = values;
    }

    /** A function at the points of a grid. */
    public static Grid of(
            double x0, double x1, double y0, double y1, int points, DoubleBinaryOperator function) {
        double[][] values = new double[points][points];
        for (int row = 0; row < points; row++) {
            for (int column = 0; column < points; column++) {
                values[row][column] =
                        function.applyAsDouble(
                                x0 + (x1 - x0) * column / (points - 1),
                                y0 + (y1 - y0) * row / (points - 1));
            }
        }
        return new Grid(x0, x1, y0, y1, values);
    }

    /** The same grid with a function of each number. */
    public Grid map(DoubleUnaryOperator function) {
        double[][] mapped = new double[rows()][];
        Arrays.setAll(mapped, row -> Arrays.stream(values[row]).map(function).toArray());
        return new Grid(x0, x1, y0, y1, mapped);
    }

    /** The largest number. */
    public double largest() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).max().orElse(Double.NaN);
    }

    /** The number at a place. */
    public double value(int row, int column) {
        return values[row][column];
    }

    /** Where it begins and ends: x0, x1, y0, y1. */
    double[] range() {
        return new double[] {x0, x1, y0, y1};
    }

    int rows() {
        return values.length;
    }

    int columns() {
        return values[0].length;
    }

    double x(double column) {
        return x0 + (x1 - x0) * column / (columns() - 1);
    }

    double y(double row) {
        return y0 + (y1 - y0) * row / (rows() - 1);
    }

    /** The line at which the field has this value, by marching squares, linear between points. */
    List<Piece> contour(double level) {
        List<Piece> pieces = new ArrayList<>();
        for (int row = 0; row + 1 < rows(); row++) {
            for (int column = 0; column + 1 < columns(); column++) {
                cell(row, column, level, pieces);
            }
        }
        return pieces;
    }

    /** Joins the crossings of a cell's edges in pairs, in their order around the cell. */
    private void cell(int row, int column, double level, List<Piece> pieces) {
        List<double[]> crossings = new ArrayList<>();
        cross(row, column, row, column + 1, level, crossings);
        cross(row, column + 1, row + 1, column + 1, level, crossings);
        cross(row + 1, column + 1, row + 1, column, level, crossings);
        cross(row + 1, column, row, column, level, crossings);
        for (int i = 0; i + 1 < crossings.size(); i += 2) {
            double[] a = crossings.get(i);
            double[] b = crossings.get(i + 1);
            pieces.add(new Piece(a[0], a[1], b[0], b[1]));
        }
    }

    private void cross(
            int row, int column, int toRow, int toColumn, double level, List<double[]> crossings) {
        double a = values[row][column] - level;
        double b = values[toRow][toColumn] - level;
        if (a < 0 != b < 0) {
            double share = a / (a - b);
            crossings.add(
                    new double[] {
                        x(column + share * (toColumn - column)), y(row + share * (toRow - row))
                    });
        }
    }
}
