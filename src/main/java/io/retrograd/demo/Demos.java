package io.retrograd.demo;

import java.util.List;

/** All demonstrations. */
public final class Demos {
    private static final List<Demo> ALL =
            List.of(
                    new Regression(),
                    new Boundary(),
                    new Depth(),
                    new Overfit(),
                    new Dbn(),
                    new Autoencoding(),
                    new Languages(),
                    new Equivariance(),
                    new Fruit());

    private Demos() {}

    /** In the order in which a reader may take them. */
    public static List<Demo> all() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(Demo::name).toList();
    }

    /**
     * The demonstration of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Demo get(String name) {
        return ALL.stream()
                .filter(demo -> demo.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        String.format(
                                                "demo: expected one of %s, got %s",
                                                String.join(", ", names()), name)));
    }
}
