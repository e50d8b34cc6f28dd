package io.retrograd.onnx;

/** The function of a part that is no layer, unless with what reads it. */
interface Unfinished {
    /** What it is, for messages. */
    String text();
}
