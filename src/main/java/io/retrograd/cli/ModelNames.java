package io.retrograd.cli;

import io.retrograd.model.Models;
import java.util.Iterator;

/** The ready-made networks' names, for help texts and completion. */
final class ModelNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Models.names().iterator();
    }
}
