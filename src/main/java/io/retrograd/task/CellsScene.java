package io.retrograd.task;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A drawn scene of cells as under a microscope: round ones with a textured inside and a darker rim,
 * which touch each other, on a ground that is nearly as bright.
 */
final class CellsScene {
    static final int SIDE = 64;
    static final int CLASSES = 2;

    private static final int MOST = 12;
    private static final int TRIES = 300;
    private static final int NOISE = 14;
    private static final int GRAINS = 25;
    private static final double RIM = 2;
    private static final double SMALLEST = 6;
    private static final double LARGEST = 12;

    /** How far two cells may reach into each other. */
    private static final double PRESSED = 1;

    /** An ellipse that is turned. */
    private record Cell(double x, double y, double radius, double flatness, double angle) {
        /** Its outline, with so much taken off. */
        Shape outline(double less) {
            AffineTransform place = AffineTransform.getTranslateInstance(x, y);
            place.rotate(angle);
            double across = radius - less;
            double down = radius * flatness - less;
            return place.createTransformedShape(
                    new Ellipse2D.Double(-across, -down, 2 * across, 2 * down));
        }

        boolean apart(Cell other) {
            double distance = Math.hypot(x - other.x, y - other.y);
            return distance > radius + other.radius - PRESSED;
        }
    }

    private final BufferedImage image;
    private final byte[] pixels;
    private final double[] labels;

    private CellsScene(BufferedImage image, byte[] pixels, double[] labels) {
        this.image = image;
        this.pixels = pixels;
        this.labels = labels;
    }

    BufferedImage image() {
        return image;
    }

    byte[] pixels() {
        return pixels;
    }

    /** One a pixel, row by row: 1 inside a cell, 0 for the ground and the rims. */
    double[] labels() {
        return labels;
    }

    static CellsScene draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Canvas canvas = new Canvas(SIDE);
        canvas.background(random);
        BufferedImage mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D masking = mask.createGraphics();
        float hue = random.nextFloat();
        float brightness = random.nextFloat(0.45f, 0.75f);
        for (Cell cell : cells(random)) {
            Color color =
                    Color.getHSBColor(
                            hue + random.nextFloat(0.15f),
                            random.nextFloat(0.2f, 0.5f),
                            brightness + random.nextFloat(0.15f));
            paint(canvas.graphics, cell, color, random);
            masking.setColor(Color.BLACK);
            masking.fill(cell.outline(0));
            masking.setColor(Color.WHITE);
            masking.fill(cell.outline(RIM));
        }
        masking.dispose();
        canvas.noise(random, NOISE);
        double[] labels = new double[SIDE * SIDE];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = mask.getRaster().getSample(i % SIDE, i / SIDE, 0) > 0 ? 1 : 0;
        }
        return new CellsScene(canvas.image, canvas.pixels(), labels);
    }

    /** Some that touch, as each tries to lie beside another. */
    private static List<Cell> cells(SplittableRandom random) {
        List<Cell> cells = new ArrayList<>();
        int count = random.nextInt(4, MOST + 1);
        for (int i = 0; i < TRIES && cells.size() < count; i++) {
            double radius = random.nextDouble(SMALLEST, LARGEST);
            double x = random.nextDouble(SIDE);
            double y = random.nextDouble(SIDE);
            if (!cells.isEmpty() && random.nextInt(4) > 0) {
                Cell beside = cells.get(random.nextInt(cells.size()));
                double angle = random.nextDouble(2 * Math.PI);
                x = beside.x + (beside.radius + radius - PRESSED / 2) * Math.cos(angle);
                y = beside.y + (beside.radius + radius - PRESSED / 2) * Math.sin(angle);
            }
            Cell cell =
                    new Cell(
                            x,
                            y,
                            radius,
                            random.nextDouble(0.8, 1),
                            random.nextDouble(2 * Math.PI));
            boolean inside = x > 0 && x < SIDE && y > 0 && y < SIDE;
            if (inside && cells.stream().allMatch(cell::apart)) {
                cells.add(cell);
            }
        }
        return cells;
    }

    private static void paint(
            Graphics2D graphics, Cell cell, Color color, SplittableRandom random) {
        graphics.setColor(scaled(color, 0.55));
        graphics.fill(cell.outline(0));
        graphics.setColor(color);
        Shape inside = cell.outline(RIM);
        graphics.fill(inside);
        Shape before = graphics.getClip();
        graphics.clip(inside);
        for (int i = 0; i < GRAINS; i++) {
            graphics.setColor(scaled(color, random.nextDouble(0.75, 1.2)));
            double size = random.nextDouble(1, 3);
            double x = cell.x + random.nextDouble(-cell.radius, cell.radius);
            double y = cell.y + random.nextDouble(-cell.radius, cell.radius);
            graphics.fill(new Ellipse2D.Double(x, y, size, size));
        }
        graphics.setColor(scaled(color, 0.65)); // the nucleus
        double size = cell.radius * random.nextDouble(0.4, 0.7);
        double x = cell.x - size / 2 + random.nextDouble(-2, 2);
        double y = cell.y - size / 2 + random.nextDouble(-2, 2);
        graphics.fill(new Ellipse2D.Double(x, y, size, size));
        graphics.setClip(before);
    }

    private static Color scaled(Color color, double factor) {
        return new Color(
                (int) Math.min(255, color.getRed() * factor),
                (int) Math.min(255, color.getGreen() * factor),
                (int) Math.min(255, color.getBlue() * factor));
    }
}
