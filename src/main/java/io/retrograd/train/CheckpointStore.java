package io.retrograd.train;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Keeps the states of one training; {@code io.retrograd.interop.Checkpoints} does it in files. */
public interface CheckpointStore {
    /**
     * Keeps a state. A trainer calls it on a thread of its own, for one state at a time.
     *
     * @throws IOException if it cannot; what was kept before is kept still
     */
    void save(TrainingState state) throws IOException;

    /**
     * The newest state that is whole; null if there is none.
     *
     * @throws IOException if there are some, and none can be used
     */
    @Nullable TrainingState newest() throws IOException;
}
