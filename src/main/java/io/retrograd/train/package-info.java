/** Training: data sets, and what makes a network fit them. */
package io.retrograd.train;
