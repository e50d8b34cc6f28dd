/**
 * The backend that defines what is right: float64, plain Java, each operation a page to hold
 * against its formula.
 *
 * <p>Every operation is a class of its own named after it. Elements are addressed row-major from
 * the start of their tensor; sums run in the order of the loops, whatever the number of threads, so
 * results do not change by a bit.
 *
 * <p>Start reading at {@code ReferenceLinear}, then {@code ReferenceConvolution}.
 */
@NullMarked
package io.retrograd.backend.reference;

import org.jspecify.annotations.NullMarked;
