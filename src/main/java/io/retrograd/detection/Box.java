package io.retrograd.detection;

/**
 * A rectangle in fractions of a picture's sides, from its upper left corner.
 *
 * @param x of its center
 * @param y of its center
 */
public record Box(double x, double y, double width, double height) {
    /** The box between two corners. */
    public static Box between(double left, double top, double right, double bottom) {
        return new Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
    }

    public double left() {
        return x - width / 2;
    }

    public double top() {
        return y - height / 2;
    }

    public double right() {
        return x + width / 2;
    }

    public double bottom() {
        return y + height / 2;
    }

    /** Intersection over union with another box: 1 for the same one, 0 for boxes apart. */
    public double iou(Box other) {
        double across = Math.min(right(), other.right()) - Math.max(left(), other.left());
        double down = Math.min(bottom(), other.bottom()) - Math.max(top(), other.top());
        if (across <= 0 || down <= 0) {
            return 0;
        }
        double common = across * down;
        return common / (width * height + other.width * other.height - common);
    }
}
