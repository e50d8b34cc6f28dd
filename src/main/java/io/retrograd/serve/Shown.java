package io.retrograd.serve;

import io.retrograd.attribution.Explanation;
import io.retrograd.image.CenterCrop;
import io.retrograd.image.Cover;
import io.retrograd.image.Picture;
import io.retrograd.image.PictureTransform;
import io.retrograd.image.Resize;
import io.retrograd.image.ResizeShorter;
import io.retrograd.image.Transform;
import io.retrograd.image.Transforms;
import io.retrograd.report.HeatPicture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The part of a picture that a network sees, in more detail than it sees. */
final class Shown {
    /** The side of it, about. */
    private static final int SIDE = 256;

    private final Picture picture;
    private final int factor;

    private Shown(Picture picture, int factor) {
        this.picture = picture;
        this.factor = factor;
    }

    /**
     * Of a picture.
     *
     * @param transforms those of the network
     * @param height of the network's sample
     */
    static Shown of(Picture picture, Transforms transforms, int height, int width) {
        int factor = Math.max(1, Math.round((float) SIDE / Math.max(height, width)));
        List<Transform> larger = new ArrayList<>();
        for (Transform step : transforms.fixed().steps()) {
            if (step instanceof PictureTransform change) {
                larger.add(larger(change, factor));
            }
        }
        Picture colored = picture.channels(3);
        return new Shown(new Transforms(3, larger).apply(colored), factor);
    }

    private static PictureTransform larger(PictureTransform step, int by) {
        if (step instanceof Resize resize) {
            return new Resize(resize.height() * by, resize.width() * by);
        }
        if (step instanceof ResizeShorter resize) {
            return new ResizeShorter(resize.side() * by);
        }
        if (step instanceof Cover cover) {
            return new Cover(cover.height() * by, cover.width() * by);
        }
        if (step instanceof CenterCrop crop) {
            return new CenterCrop(crop.height() * by, crop.width() * by);
        }
        return step;
    }

    /** The PNG file of it. */
    byte[] png() {
        return TrainingPictures.png(picture);
    }

    /** The PNG file of a map over it. */
    byte[] under(Explanation map) {
        double[] values = new double[picture.pixels().length];
        Arrays.setAll(values, i -> (picture.pixels()[i] & 0xFF) / 255.0);
        double[] black = new double[values.length];
        double[] white = new double[values.length];
        Arrays.fill(white, 1);
        return new HeatPicture(picture.shape(), values, black, white)
                .under(map.method(), enlarged(map), /* smooth= */ true)
                .file();
    }

    /** Its heat in this picture's size, linear between the centres of its places. */
    private double[] enlarged(Explanation map) {
        double[] heat = map.heat();
        int rows = map.height();
        int columns = map.width();
        double[] large = new double[picture.height() * picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            double v = centre(y, rows);
            int top = (int) v;
            int bottom = Math.min(rows - 1, top + 1);
            for (int x = 0; x < picture.width(); x++) {
                double u = centre(x, columns);
                int left = (int) u;
                int right = Math.min(columns - 1, left + 1);
                double above = mix(heat[top * columns + left], heat[top * columns + right], u);
                double below =
                        mix(heat[bottom * columns + left], heat[bottom * columns + right], u);
                large[y * picture.width() + x] = mix(above, below, v);
            }
        }
        return large;
    }

    private double centre(int position, int places) {
        return Math.max(0, Math.min(places - 1.0, (position + 0.5) / factor - 0.5));
    }

    /** Between two numbers, by the fraction of a coordinate. */
    private static double mix(double from, double to, double coordinate) {
        double share = coordinate - Math.floor(coordinate);
        return (1 - share) * from + share * to;
    }
}
