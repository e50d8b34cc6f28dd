/**
 * Training: a {@link io.retrograd.train.Model} is a network with its parameters, a {@link
 * io.retrograd.train.TrainStep} one step of training as a fixed list, a {@link
 * io.retrograd.train.Trainer} makes epochs of steps over a {@link io.retrograd.train.Dataset}.
 */
package io.retrograd.train;
