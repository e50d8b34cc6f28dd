package io.retrograd.serve;

import io.retrograd.attribution.Explanation;
import java.util.List;

/**
 * What a network makes of a picture.
 *
 * @param probabilities one a class
 * @param map what the likeliest class depends on
 * @param nearest training pictures, the most alike first
 * @param batch the number of pictures that were computed together
 */
record Recognition(
        List<Double> probabilities,
        int top,
        Explanation map,
        List<Neighbours.Neighbour> nearest,
        int batch) {
    Recognition {
        probabilities = List.copyOf(probabilities);
        nearest = List.copyOf(nearest);
    }
}
