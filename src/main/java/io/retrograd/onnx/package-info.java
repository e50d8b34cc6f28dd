/**
 * Networks as ONNX files, which other programs run and write.
 *
 * <p>Start reading at {@link io.retrograd.onnx.Onnx}. Writing replays a binding's operations: each
 * becomes the operators that compute it, and the parameters that it reads initializers.
 */
@NullMarked
package io.retrograd.onnx;

import org.jspecify.annotations.NullMarked;
