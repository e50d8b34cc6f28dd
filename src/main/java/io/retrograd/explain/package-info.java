/** Looking into a network: what it is made of, and what happens in one training step. */
package io.retrograd.explain;
