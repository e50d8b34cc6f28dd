/**
 * Layers: immutable descriptions of functions with parameters, and the composites that join them.
 *
 * <p>Start reading at {@link io.retrograd.layer.Layer}, then {@link io.retrograd.layer.Linear}.
 *
 * <p>Invariants: a layer owns no memory and may be bound any number of times; two equal layers
 * compute the same. To add one that existing operations can express, write one file here and one
 * line in the gradient checker's catalogue.
 */
@NullMarked
package io.retrograd.layer;

import org.jspecify.annotations.NullMarked;
