/**
 * A trained network as a page and a JSON endpoint: what a picture shows, why, and which training
 * pictures are like it.
 *
 * <p>Start reading at {@link io.retrograd.serve.PictureServer}.
 *
 * <p>Invariants: one thread uses the model, and takes all pictures that wait into one batch; what a
 * client sends is limited in bytes, pixels, time and number before it costs anything; no path, name
 * or text from a client reaches the file system.
 */
@NullMarked
package io.retrograd.serve;

import org.jspecify.annotations.NullMarked;
