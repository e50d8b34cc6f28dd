/**
 * Finding things in pictures: boxes, the grid of a single-stage detector and its loss, suppression
 * of boxes that overlap, and the mean average precision.
 *
 * <p>A box is in fractions of its picture, so that none of this knows pixels. What a network gives
 * and what it is to give lie on a {@link io.retrograd.detection.YoloGrid}, row-major, as layers
 * have it.
 */
@NullMarked
package io.retrograd.detection;

import org.jspecify.annotations.NullMarked;
