package io.retrograd.image;

/** What weighs the pixels around a place when a picture is resized. */
public enum Filter {
    /** The mean of the area that a new pixel covers: Pillow's {@code BOX}. */
    AREA(0.5) {
        @Override
        double weight(double distance) {
            return distance > -0.5 && distance <= 0.5 ? 1 : 0;
        }
    },
    /** A triangle over twice that area: Pillow's {@code BILINEAR}, torchvision's antialiased. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    };

    /** How far it reaches, in pixels of the larger picture. */
    final double support;

    Filter(double support) {
        this.support = support;
    }

    abstract double weight(double distance);
}
