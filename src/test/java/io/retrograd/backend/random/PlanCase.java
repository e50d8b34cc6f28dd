package io.retrograd.backend.random;

import io.retrograd.backend.Backend;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.backend.conformance.Comparison.Mode;
import io.retrograd.backend.conformance.Device;
import io.retrograd.backend.conformance.Side;
import io.retrograd.gradcheck.fuzz.Draw;
import io.retrograd.gradcheck.fuzz.DrawnConvolutions;
import io.retrograd.gradcheck.fuzz.DrawnLayer;
import io.retrograd.gradcheck.fuzz.DrawnNorms;
import io.retrograd.gradcheck.fuzz.DrawnOthers;
import io.retrograd.gradcheck.fuzz.DrawnPoolings;
import io.retrograd.gradcheck.fuzz.DrawnSequences;
import io.retrograd.gradcheck.fuzz.JavaCode;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Relu;
import io.retrograd.optim.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A network, how it is bound, and the device that computes it, all drawn by one seed: its results
 * are compared with the reference's.
 *
 * @param threads how many compute
 * @param cache the choices remembered before it runs
 */
record PlanCase(
        long seed,
        Drawn drawn,
        Mode mode,
        boolean steps,
        Device device,
        int threads,
        boolean deterministic,
        CacheState cache) {
    private static final String CACHE = "retrograd.cache";
    private static final double FLOAT32 = 0x1p-23;
    private static final int TRIES = 1000;

    /** Elements of an input, so that the plain reference takes milliseconds. */
    private static final int MOST_ELEMENTS = 20_000;

    private static final int FEWEST_NORMALIZED = 5;

    /** Largest integers where products follow products, so that their sums stay exact. */
    private static final int LARGEST_IN_NETWORKS = 1;

    static PlanCase draw(long seed, List<Device> devices) {
        Draw draw = new Draw(seed);
        Device device = draw.of(devices);
        boolean low = device.epsilon() > FLOAT32;
        Drawn drawn = network(draw, low ? device.epsilon() : 0);
        boolean forward = low && !drawn.exact() && drawn.operations() > 1;
        Mode mode = draw.once(2) ? Mode.TRAIN : draw.of(List.of(Mode.values()));
        return new PlanCase(
                seed,
                drawn,
                forward ? Mode.INFER : mode,
                draw.once(2),
                device,
                draw.of(1, 1, 2, 3),
                draw.once(5),
                draw.once(4) ? CacheState.FIXED : draw.of(List.of(CacheState.values())));
    }

    /** One that takes its input, and in low precision has nothing to round where it is exact. */
    private static Drawn network(Draw draw, double lowEpsilon) {
        IllegalArgumentException refused = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                Drawn drawn = any(draw);
                drawn.layer().outputShape(drawn.shape());
                if (lowEpsilon == 0 || fits(drawn, lowEpsilon)) {
                    return drawn;
                }
            } catch (IllegalArgumentException e) {
                refused = e; // Windows larger than the padded input, and the like.
            }
        }
        throw new IllegalStateException("no network in " + TRIES + " tries", refused);
    }

    private static boolean fits(Drawn drawn, double epsilon) {
        boolean network = drawn.exact() && drawn.operations() > 1;
        return !network || comparison(drawn, 0).fits(epsilon);
    }

    private static Drawn any(Draw draw) {
        DrawnNorms norms = new DrawnNorms(draw, MOST_ELEMENTS);
        DrawnOthers others = new DrawnOthers(draw, MOST_ELEMENTS);
        return switch (draw.between(0, 19)) {
            case 0, 1, 2, 3 ->
                    exact(DrawnConvolutions.plain(draw, draw.of(1, 2, 2, 2, 2, 3), MOST_ELEMENTS));
            case 4, 5, 6, 7, 8, 9 ->
                    exact(DrawnConvolutions.transposed(draw, draw.of(1, 2, 2), MOST_ELEMENTS));
            case 10 -> pooling(draw);
            case 11 -> draw.once(2) ? adaptive(draw) : exact(move(draw, others));
            case 12 -> Drawn.of(norm(draw, norms), /* exact= */ false);
            case 13 -> element(draw, others);
            case 14 -> exact(others.linear());
            case 15, 16 -> sequence(draw);
            case 17 -> DrawnNetworks.smooth(draw);
            default -> DrawnNetworks.exact(draw);
        };
    }

    private static Drawn exact(DrawnLayer drawn) {
        return Drawn.of(drawn, /* exact= */ true);
    }

    private static Drawn pooling(Draw draw) {
        DrawnPoolings poolings = new DrawnPoolings(draw, draw.of(1, 2, 2, 3), MOST_ELEMENTS);
        return draw.once(2)
                ? exact(poolings.maximum())
                : Drawn.of(poolings.average(), /* exact= */ false);
    }

    private static Drawn adaptive(Draw draw) {
        DrawnPoolings poolings = new DrawnPoolings(draw, draw.between(1, 3), MOST_ELEMENTS);
        return Drawn.of(poolings.adaptiveAverage(), /* exact= */ false);
    }

    private static DrawnLayer move(Draw draw, DrawnOthers others) {
        return draw.once(2) ? others.flatten() : others.transpose();
    }

    /** Of at least 5 numbers, and not of almost equal ones, whose gradients cancel. */
    private static DrawnLayer norm(Draw draw, DrawnNorms norms) {
        DrawnLayer drawn =
                switch (draw.between(0, 3)) {
                    case 0 -> norms.batch();
                    case 1 -> norms.layer();
                    case 2 -> norms.group();
                    default -> norms.localResponse();
                };
        boolean many = drawn.shape().tail(2).size() >= FEWEST_NORMALIZED;
        boolean conditioned =
                drawn.layer() instanceof LocalResponseNorm
                        || (many && !drawn.layer().toString().contains("1.0E-5"));
        if (!conditioned) {
            throw new IllegalArgumentException("expected a norm of many numbers, got " + drawn);
        }
        return drawn;
    }

    private static Drawn element(Draw draw, DrawnOthers others) {
        DrawnLayer drawn =
                switch (draw.between(0, 5)) {
                    case 0 -> others.softmax();
                    case 1 -> others.prelu();
                    case 2 -> others.dropout();
                    default -> others.activation();
                };
        return Drawn.of(drawn, drawn.layer() instanceof Relu);
    }

    private static Drawn sequence(Draw draw) {
        DrawnLayer drawn = new DrawnSequences(draw).any();
        return new Drawn(
                drawn.layer(),
                JavaCode.of(drawn.layer()).code(),
                drawn.shape(),
                /* exact= */ false,
                2 + drawn.shape().dim(1));
    }

    private static Comparison comparison(Drawn drawn, long seed) {
        Comparison comparison = Comparison.of(drawn.layer(), drawn.shape()).seed(seed);
        if (!drawn.exact()) {
            return comparison;
        }
        return drawn.operations() > 1 ? comparison.exact(LARGEST_IN_NETWORKS) : comparison.exact();
    }

    /**
     * Runs it.
     *
     * @param folder where its cache may be made
     * @throws AssertionError if results differ or a zone is written
     */
    void run(Path folder) throws IOException {
        Comparison comparison = comparison(drawn, drawn.operations() > 1 ? 0 : seed).in(mode);
        if (device.epsilon() > FLOAT32 && !drawn.exact() && drawn.operations() > 1) {
            comparison.unitGain();
        }
        if (steps) {
            comparison.optimizer(new Sgd(0.5).momentum(0.5));
        }
        if (cache == CacheState.FIXED) {
            comparison.check(device.rehearsedPlans(), device.epsilon());
            return;
        }
        Path memory = Files.createTempDirectory(folder, "cache");
        System.setProperty(CACHE, memory.toString());
        try {
            prepare(memory);
            try (Backend backend = open(threads)) {
                comparison.check(List.of(backend), device.epsilon());
            }
        } finally {
            delete(memory);
        }
    }

    private Backend open(int count) {
        return device.provider()
                .open(
                        OpenOptions.of(device.precision())
                                .threads(count)
                                .deterministic(deterministic));
    }

    private void prepare(Path memory) throws IOException {
        if (cache == CacheState.EMPTY) {
            return;
        }
        bind(threads);
        if (cache == CacheState.FOREIGN) {
            Path other = Files.createDirectory(memory.resolveSibling(memory.getFileName() + "o"));
            System.setProperty(CACHE, other.toString());
            bind(threads + 1);
            System.setProperty(CACHE, memory.toString());
            CacheState.rename(other, memory);
            delete(other);
        }
        cache.spoil(memory, new Draw(seed));
    }

    /** Binds the network, which remembers a plan. */
    private void bind(int count) {
        try (Backend backend = open(count);
                Side side = new Side(backend, drawn.layer(), drawn.shape(), null, mode.options())) {
            side.binding().decisions();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    /** The case in a few lines, the network as it is written in Java. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "case %d: %s, %s, %d threads%s, cache %s, %s%s%n  %s on %s",
                seed,
                device,
                drawn.exact() ? "integers" : "fractions",
                threads,
                deterministic ? ", deterministic" : "",
                cache.name().toLowerCase(Locale.ROOT),
                mode.name().toLowerCase(Locale.ROOT),
                steps ? " and a step" : "",
                drawn.code(),
                drawn.shape());
    }
}
