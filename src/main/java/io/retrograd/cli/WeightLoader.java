package io.retrograd.cli;

import io.retrograd.train.Model;
import java.io.IOException;

/** Loads weights into a model of the network that they are for. */
@FunctionalInterface
interface WeightLoader {
    /** Loads them, and says what became of them. */
    String load(Model model) throws IOException;
}
