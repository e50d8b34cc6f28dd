/** Looking into a network: what it is made of, one training step, and how far gradients reach. */
package io.retrograd.explain;
