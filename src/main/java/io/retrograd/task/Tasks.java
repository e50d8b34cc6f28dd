package io.retrograd.task;

import java.util.List;
import java.util.Optional;

/** All tasks. */
public final class Tasks {
    private static final List<Task> ALL =
            List.of(new ShapesDetection(), new CellsSegmentation(), new DigitStrips());

    private Tasks() {}

    public static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    /** The task of this name. */
    public static Optional<Task> find(String name) {
        return ALL.stream().filter(task -> task.name().equals(name)).findFirst();
    }
}
