package io.retrograd.train;

import java.util.Comparator;
import java.util.List;

/**
 * The course of a training.
 *
 * @param epochs one entry a finished epoch
 * @param end why it ended
 */
public record History(List<EpochResult> epochs, End end) {
    /** Why a training ended. */
    public enum End {
        /** All epochs were done. */
        FINISHED,
        /** The loss had stopped falling. */
        EARLY_STOP,
        /** A listener stopped it. */
        LISTENER,
        /** {@link Trainer#stopWhen} said so. */
        INTERRUPTED,
        /** The loss was no longer a finite number. */
        DIVERGED,
        /** An audit found an operation that computes wrongly. */
        AUDIT
    }

    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * The epoch with the lowest validation loss (else training loss), the first of several.
     *
     * @throws IllegalStateException if there is none
     */
    public EpochResult best() {
        return epochs.stream()
                .min(Comparator.comparingDouble(EpochResult::monitoredLoss))
                .orElseGet(this::last);
    }

    /**
     * The last finished epoch.
     *
     * @throws IllegalStateException if there is none
     */
    public EpochResult last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("History: expected a finished epoch, got none");
        }
        return epochs.get(epochs.size() - 1);
    }
}
