package io.retrograd.detection;

/** A thing in a picture: its class, and where it is. */
public record LabelledBox(int label, Box box) {}
