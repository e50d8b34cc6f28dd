/**
 * Ready-made networks, each a static factory method that reads like the paper it comes from.
 *
 * <p>Start reading at {@link io.retrograd.model.LeNet5}; {@link io.retrograd.model.Models} lists
 * all by name.
 *
 * <p>Invariants: a network is a {@link io.retrograd.layer.Layer} made of public layers, and nothing
 * else; its parameters have the counts of the paper or of PyTorch.
 */
@NullMarked
package io.retrograd.model;

import org.jspecify.annotations.NullMarked;
