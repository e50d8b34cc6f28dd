/**
 * Layers: immutable descriptions of functions with parameters, and the composites that join them.
 *
 * <p>A {@link io.retrograd.layer.Layer} owns no memory and may be bound any number of times. To add
 * one that existing operations can express, write one file here and one line in the gradient test's
 * list.
 */
package io.retrograd.layer;
