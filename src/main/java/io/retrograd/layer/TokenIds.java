package io.retrograd.layer;

/**
 * A network's inputs where they are indices: tokens of a vocabulary.
 *
 * @param count tokens are from 0 to {@code count − 1}
 * @param padding the token that fills up short sequences, which must not be all of one, or −1
 */
public record TokenIds(int count, int padding) {}
