package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transform of a picture into another one. */
public sealed interface PictureTransform extends Transform
        permits Resize,
                ResizeShorter,
                Cover,
                CenterCrop,
                RandomCrop,
                RandomResizedCrop,
                RandomFlip,
                ColorJitter,
                Cutout {
    /** As many random numbers as a transform may ask a draw for. */
    int NUMBERS = 64;

    /**
     * The changed picture.
     *
     * @param draw gives the random numbers, if any
     * @param first the index of the first of {@link #NUMBERS} that are this transform's own
     */
    Picture apply(Picture x, Draw draw, int first);

    /**
     * What takes its place where nothing is drawn, as in tests and predictions: itself if it draws
     * nothing.
     */
    List<PictureTransform> fixed();

    /**
     * The height and width of its pictures.
     *
     * @param before those of all pictures that it gets; null if they differ
     * @return null if they differ
     */
    @Nullable Size size(@Nullable Size before);
}
