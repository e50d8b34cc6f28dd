/**
 * The command line: one class a command.
 *
 * <p>Start reading at {@link io.retrograd.cli.Main}.
 *
 * <p>Invariants: a user's mistake is one line on standard error, with exit code 2 for the command
 * line itself and 1 for everything else; 0 means success, and 130 or 143 that a signal stopped a
 * training.
 */
@NullMarked
package io.retrograd.cli;

import org.jspecify.annotations.NullMarked;
