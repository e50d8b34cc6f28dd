/**
 * One training run as a page that needs nothing beside it: curves, confusion, mistakes, kernels,
 * gradients, times and settings.
 *
 * <p>Start reading at {@link io.retrograd.report.ReportPage}.
 *
 * <p>Invariants: a page is made from the files of a run's folder alone; it refers to nothing
 * outside it; whatever stands in those files is escaped.
 */
@NullMarked
package io.retrograd.report;

import org.jspecify.annotations.NullMarked;
