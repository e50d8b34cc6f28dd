/**
 * Finds CUDA on this machine, loads it, and says what is wrong where it cannot.
 *
 * <p>{@link io.retrograd.backend.cuda.platform.CudaPlatform} is the way in. A process holds one
 * CUDA: the machine's, or the CPU stand-in; JCuda's natives bind to whichever was loaded first.
 *
 * <p>Libraries are loaded by absolute path, each before those that need it: a library that is
 * loaded satisfies a later need of the same name, so no {@code LD_LIBRARY_PATH} is wanted. Nothing
 * is loaded before its header was read: a file that is cut short would end the JVM.
 */
@NullMarked
package io.retrograd.backend.cuda.platform;

import org.jspecify.annotations.NullMarked;
