/** Losses: the end of the forward pass, one number to make small. */
package io.retrograd.loss;
