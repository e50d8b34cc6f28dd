package io.retrograd.image;

/** Changes of colours, as torchvision makes them of tensors of bytes. */
final class Colors {
    private static final double RED = 0.2989;
    private static final double GREEN = 0.587;
    private static final double BLUE = 0.114;
    private static final int LARGEST = 255;

    private Colors() {}

    /** {@code factor · x}. */
    static Picture brightness(Picture x, double factor) {
        byte[] table = new byte[LARGEST + 1];
        for (int i = 0; i <= LARGEST; i++) {
            table[i] = clamp(factor * i);
        }
        byte[] y = new byte[x.pixels().length];
        for (int i = 0; i < y.length; i++) {
            y[i] = table[x.pixels()[i] & 0xFF];
        }
        return new Picture(x.channels(), x.height(), x.width(), y);
    }

    /** {@code factor · x + (1 − factor) · mean(grey)}. */
    static Picture contrast(Picture x, double factor) {
        byte[] grey = grey(x);
        long sum = 0;
        for (byte value : grey) {
            sum += value & 0xFF;
        }
        double rest = (1 - factor) * sum / grey.length;
        byte[] table = new byte[LARGEST + 1];
        for (int i = 0; i <= LARGEST; i++) {
            table[i] = clamp(factor * i + rest);
        }
        byte[] y = new byte[x.pixels().length];
        for (int i = 0; i < y.length; i++) {
            y[i] = table[x.pixels()[i] & 0xFF];
        }
        return new Picture(x.channels(), x.height(), x.width(), y);
    }

    /** {@code factor · x + (1 − factor) · grey}; grey pictures stay as they are. */
    static Picture saturation(Picture x, double factor) {
        if (x.channels() == 1) {
            return x;
        }
        byte[] grey = grey(x);
        byte[] y = new byte[x.pixels().length];
        for (int i = 0; i < y.length; i++) {
            int without = grey[i % grey.length] & 0xFF;
            y[i] = clamp(factor * (x.pixels()[i] & 0xFF) + (1 - factor) * without);
        }
        return new Picture(x.channels(), x.height(), x.width(), y);
    }

    /** The hue moved by a part of the circle; grey pictures stay as they are. */
    static Picture hue(Picture x, double shift) {
        if (x.channels() == 1) {
            return x;
        }
        byte[] pixels = x.pixels();
        int plane = x.height() * x.width();
        byte[] y = new byte[pixels.length];
        for (int i = 0; i < plane; i++) {
            int red = pixels[i] & 0xFF;
            int green = pixels[plane + i] & 0xFF;
            int blue = pixels[2 * plane + i] & 0xFF;
            int most = Math.max(red, Math.max(green, blue));
            int range = most - Math.min(red, Math.min(green, blue));
            double turned = 6 * fraction(hue(red, green, blue, most, range) / 6 + shift);
            for (int c = 0; c < 3; c++) {
                y[c * plane + i] = channel(turned, most, range, c);
            }
        }
        return new Picture(3, x.height(), x.width(), y);
    }

    private static double fraction(double value) {
        return value - Math.floor(value);
    }

    /** Of the circle of 6: 0 for red, 2 for green, 4 for blue. */
    private static double hue(int red, int green, int blue, int most, int range) {
        if (range == 0) {
            return 0;
        }
        if (most == red) {
            return (green - blue) / (double) range;
        }
        return most == green
                ? 2 + (blue - red) / (double) range
                : 4 + (red - green) / (double) range;
    }

    /** One of red, green and blue of a colour with a hue from 0 to 6. */
    private static byte channel(double hue, int most, int range, int which) {
        double away = (5 - 2 * which + hue + 6) % 6;
        double share = Math.max(0, Math.min(1, Math.min(away, 4 - away)));
        return (byte) Math.rint(Math.max(0, Math.min(LARGEST, most - range * share)));
    }

    private static byte[] grey(Picture x) {
        if (x.channels() == 1) {
            return x.pixels();
        }
        int plane = x.height() * x.width();
        byte[] pixels = x.pixels();
        byte[] grey = new byte[plane];
        for (int i = 0; i < plane; i++) {
            grey[i] =
                    (byte)
                            (RED * (pixels[i] & 0xFF)
                                    + GREEN * (pixels[plane + i] & 0xFF)
                                    + BLUE * (pixels[2 * plane + i] & 0xFF));
        }
        return grey;
    }

    private static byte clamp(double value) {
        return (byte) Math.max(0, Math.min(LARGEST, value));
    }
}
