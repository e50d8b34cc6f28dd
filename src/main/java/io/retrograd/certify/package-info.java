/**
 * Certifies a device on this machine: everything that a first hour with it should show.
 *
 * <p>Start reading at {@link io.retrograd.certify.Certification}.
 *
 * <p>Invariants: each part runs in a process of its own, which tells each thing that it tries
 * before and after on standard output, so that whatever ends the process is told with what it was
 * at; a part that fails keeps no other from running.
 */
@NullMarked
package io.retrograd.certify;

import org.jspecify.annotations.NullMarked;
