package io.retrograd.cli;

import io.retrograd.tensorboard.TensorBoard;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event file of {@code --tensorboard}, where one was asked for. */
record BoardOutput(@Nullable TensorBoard board) implements Closeable {
    static BoardOutput of(@Nullable Path folder, Model model, LabelledDataset samples)
            throws IOException {
        if (folder == null) {
            return new BoardOutput(null);
        }
        TensorBoard board = TensorBoard.listener(folder, model);
        board.samples(samples);
        return new BoardOutput(board);
    }

    void settings(Map<String, ?> settings) throws IOException {
        if (board != null) {
            board.settings(settings);
        }
    }

    /** The trainer, with the board among its listeners. */
    Trainer on(Trainer trainer) {
        return board == null ? trainer : trainer.listener(board);
    }

    @Override
    public void close() throws IOException {
        if (board != null) {
            board.close();
        }
    }
}
