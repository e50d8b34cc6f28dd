/**
 * The command line: one class a command. A user's mistake is told in one line on standard error,
 * with exit code 2 for the command line itself and 1 for everything else; 0 means success.
 */
package io.retrograd.cli;
