package io.retrograd.demo;

import io.retrograd.layer.Layer;
import io.retrograd.loss.Loss;
import io.retrograd.plot.Sheet;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A demonstration: trains small networks, tells what happens, and gives numbers and pictures. */
public interface Demo {
    /** One word, as in {@code retrograd demo NAME}. */
    String name();

    /** What it shows, in a line. */
    String line();

    /** The time that it typically takes on 2 cores. */
    int seconds();

    /** The device that suits it: the reference where rounding would hide what it shows. */
    default String device() {
        return "reference";
    }

    /** The problems among which to choose, the default first; none where there is only one. */
    default List<String> variants() {
        return List.of();
    }

    /** Its networks by name, at sizes at which checking gradients is quick. */
    Map<String, Checked> networks();

    /**
     * The commands that a reader may go on with, without the program's name.
     *
     * @param folder of what this one wrote
     */
    default List<String> next(String folder) {
        return List.of();
    }

    /** Runs it; prints as it goes. */
    Result run(Context context);

    /**
     * A network whose gradients can be checked.
     *
     * @param input the batch included
     */
    record Checked(Layer network, Shape input, Loss loss) {}

    /**
     * What a demonstration found.
     *
     * @param numbers maps, lists, numbers and texts, for programs
     * @param pictures by name; made when asked for, since not every Java can draw
     * @param files further ones by their paths in the folder, as {@code ripe/pear-001.png}; made
     *     when asked for
     */
    record Result(
            Map<String, Object> numbers,
            Map<String, Supplier<Sheet>> pictures,
            Map<String, Supplier<byte[]>> files) {
        /** Without further files. */
        public Result(Map<String, Object> numbers, Map<String, Supplier<Sheet>> pictures) {
            this(numbers, pictures, Map.of());
        }

        /** The same with further files. */
        Result files(Map<String, Supplier<byte[]>> further) {
            return new Result(numbers, pictures, further);
        }
    }
}
