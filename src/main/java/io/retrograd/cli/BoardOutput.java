package io.retrograd.cli;

import io.retrograd.tensorboard.TensorBoard;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The event file of {@code --tensorboard}, where one was asked for. */
record BoardOutput(@Nullable TensorBoard board) implements Closeable {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+(E-?[0-9]+)?");

    static BoardOutput of(@Nullable Path folder, Model model, LabelledDataset samples)
            throws IOException {
        if (folder == null) {
            return new BoardOutput(null);
        }
        TensorBoard board = TensorBoard.listener(folder, model);
        board.samples(samples);
        return new BoardOutput(board);
    }

    /** What was chosen; numbers as numbers, so that TensorBoard orders by them. */
    void settings(Map<String, String> settings) throws IOException {
        if (board == null) {
            return;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        settings.forEach(
                (name, value) ->
                        values.put(
                                name,
                                NUMBER.matcher(value).matches()
                                        ? (Object) Double.parseDouble(value)
                                        : value));
        board.settings(values);
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
