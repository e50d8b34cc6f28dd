/**
 * The benchmark harness: what {@code bench/run} and {@code bench/soak} run.
 *
 * <p>It measures nothing itself. Every number comes from a process of its own, which prints one
 * JSON object: {@code retrograd bench}, a peer that does the same work, or a {@link
 * io.retrograd.bench.Probe}. The harness decides who runs when, takes medians over the rounds, and
 * writes down what is needed to repeat it.
 */
package io.retrograd.bench;
