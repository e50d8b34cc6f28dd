package io.retrograd.task;

import io.retrograd.detection.Box;
import io.retrograd.detection.LabelledBox;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A drawn scene: one to four circles, squares and triangles, of any color, size and rotation, that
 * may cover each other in part.
 */
final class ShapesScene {
    static final int SIDE = 64;
    static final List<String> CLASSES = List.of("circle", "square", "triangle");

    private static final int MOST = 4;
    private static final double SMALLEST = 14;
    private static final double LARGEST = 30;
    private static final int NOISE = 12;
    private static final int TRIES = 50;

    /** The overlap with another thing from which on a place is not taken. */
    private static final double CROWDED = 0.15;

    private final BufferedImage image;
    private final byte[] pixels;
    private final List<LabelledBox> things;

    private ShapesScene(BufferedImage image, byte[] pixels, List<LabelledBox> things) {
        this.image = image;
        this.pixels = pixels;
        this.things = things;
    }

    BufferedImage image() {
        return image;
    }

    byte[] pixels() {
        return pixels;
    }

    List<LabelledBox> things() {
        return things;
    }

    static ShapesScene draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Canvas canvas = new Canvas(SIDE);
        canvas.background(random);
        List<LabelledBox> things = new ArrayList<>();
        int count = random.nextInt(1, MOST + 1);
        for (int i = 0; i < TRIES && things.size() < count; i++) {
            int label = random.nextInt(CLASSES.size());
            Shape outline = outline(label, random);
            LabelledBox thing = new LabelledBox(label, box(outline));
            if (things.stream().noneMatch(t -> t.box().iou(thing.box()) > CROWDED)) {
                float brightness = random.nextFloat(0.65f, 1);
                float saturation = random.nextFloat(0.5f, 1);
                canvas.graphics.setColor(
                        Color.getHSBColor(random.nextFloat(), saturation, brightness));
                canvas.graphics.fill(outline);
                things.add(thing);
            }
        }
        canvas.noise(random, NOISE);
        return new ShapesScene(canvas.image, canvas.pixels(), things);
    }

    /** Around a place at which all of it lies within the picture. */
    private static Shape outline(int label, SplittableRandom random) {
        double size = random.nextDouble(SMALLEST, LARGEST);
        Shape unit =
                switch (label) {
                    case 0 -> new Ellipse2D.Double(-0.5, -0.5, 1, 1);
                    case 1 -> new Rectangle2D.Double(-0.42, -0.42, 0.84, 0.84);
                    default -> triangle();
                };
        AffineTransform turned = AffineTransform.getScaleInstance(size, size);
        turned.rotate(random.nextDouble(2 * Math.PI));
        Rectangle2D bounds = turned.createTransformedShape(unit).getBounds2D();
        AffineTransform placed =
                AffineTransform.getTranslateInstance(
                        random.nextDouble(SIDE - bounds.getWidth()) - bounds.getX(),
                        random.nextDouble(SIDE - bounds.getHeight()) - bounds.getY());
        placed.concatenate(turned);
        return placed.createTransformedShape(unit);
    }

    private static Shape triangle() {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < 3; i++) {
            double angle = 2 * Math.PI * i / 3;
            double x = 0.58 * Math.cos(angle);
            double y = 0.58 * Math.sin(angle);
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        path.closePath();
        return path;
    }

    private static Box box(Shape outline) {
        Rectangle2D bounds = outline.getBounds2D();
        return Box.between(
                bounds.getMinX() / SIDE,
                bounds.getMinY() / SIDE,
                bounds.getMaxX() / SIDE,
                bounds.getMaxY() / SIDE);
    }
}
