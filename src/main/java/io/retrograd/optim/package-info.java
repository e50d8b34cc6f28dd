/** Optimizers, learning rate schedules: what happens to parameters between two steps. */
package io.retrograd.optim;
