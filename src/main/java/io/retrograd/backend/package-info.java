/**
 * The contract of a device, and the view that users have of devices.
 *
 * <p>A {@link io.retrograd.backend.Backend} is a device: its {@link io.retrograd.backend.Memory},
 * its {@link io.retrograd.operation.Operations} and {@link io.retrograd.backend.Updates}, one
 * factory method each, and how it readies recorded operations to run ({@link
 * io.retrograd.backend.Preparation}). A {@link io.retrograd.backend.BackendProvider} says whether
 * it can be used here and opens it; {@link io.retrograd.backend.Backends} finds the providers.
 * {@link io.retrograd.backend.Parameters} are what a model has learnt.
 *
 * <p>Start reading at {@link io.retrograd.backend.Backend}.
 *
 * <p>Invariants: a device runs one thing at a time, in the order in which it was enqueued, under
 * its lock; an operation that a device lacks does not compile; what was chosen because it was
 * fastest ({@link io.retrograd.backend.Choices}) is checked again when it is read back.
 */
@NullMarked
package io.retrograd.backend;

import org.jspecify.annotations.NullMarked;
