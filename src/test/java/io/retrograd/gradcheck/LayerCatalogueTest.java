package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CustomLoss;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.loss.WeightedLoss;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every layer and loss of the library has the right gradient, at several random inputs. */
class LayerCatalogueTest {
    /** The bound for float64. The worst measured, of all entries and 30 seeds, is in the output. */
    private static final double SMOOTH = 1e-8;

    private static final int SEEDS = 5;

    /** Layers without an operation of their own. */
    private static final Set<Class<?>> JOINING =
            Set.of(Sequential.class, Residual.class, Graph.class, Padded.class, WithStates.class);

    @Test
    void everyGradientIsRightAndNoneRaisesAFalseAlarm() {
        GradientReport worst = LayerCatalogue.entries().get(0).checks().get(0).run();
        List<String> failed = new ArrayList<>();
        for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
            for (GradientCheck check : entry.checks()) {
                for (long seed = 1; seed <= SEEDS; seed++) {
                    GradientReport report = check.seed(seed).run();
                    if (!report.passed()) {
                        failed.add(entry.name() + ", seed " + seed + "\n" + report.table());
                    }
                    if (relative(report) > relative(worst)) {
                        worst = report;
                    }
                }
            }
        }
        assertTrue(failed.isEmpty(), () -> String.join("\n", failed));
        String table = worst.table();
        System.out.println("worst of the catalogue:\n" + table);
        assertTrue(relative(worst) < SMOOTH, table);
    }

    @Test
    void coversEveryLayerAndLoss() throws IOException, URISyntaxException {
        Set<Class<?>> covered = new HashSet<>();
        for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
            entry.layer().ifPresent(layer -> collect(layer, covered));
            entry.loss().ifPresent(loss -> covered.add(loss.getClass()));
            entry.loss().ifPresent(loss -> covered.add(inner(loss).getClass()));
        }
        assertEquals(Set.of(), missing(Layer.class, covered));
        assertEquals(Set.of(), missing(JointLoss.class, covered));
    }

    @Test
    void namesAreDistinct() {
        List<LayerCatalogue.Entry> entries = LayerCatalogue.entries();
        long names = entries.stream().map(LayerCatalogue.Entry::name).distinct().count();
        assertEquals(entries.size(), names);
    }

    /** A summary, a plan and a profile show operations by these names. */
    @Test
    void everyOperationIsNamedAsTheUserKnowsIt() {
        for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
            List<String> names = operations(entry);
            entry.layer()
                    .filter(layer -> !JOINING.contains(layer.getClass()))
                    .ifPresent(
                            layer ->
                                    assertTrue(
                                            names.contains(layer.kind()),
                                            entry.name() + ": " + names));
            entry.loss()
                    .map(loss -> kind(inner(loss)))
                    .ifPresent(
                            kind -> assertTrue(names.contains(kind), entry.name() + ": " + names));
        }
    }

    private static String kind(JointLoss loss) {
        return loss instanceof CustomLoss custom
                ? custom.function().name()
                : loss.getClass().getSimpleName();
    }

    private static JointLoss inner(JointLoss loss) {
        if (loss instanceof SlicedLoss sliced) {
            return sliced.loss();
        }
        return loss instanceof WeightedLoss weighted ? weighted.loss() : loss;
    }

    private static List<String> operations(LayerCatalogue.Entry entry) {
        try (Backend backend = Backends.open("reference");
                Parameters parameters = new Parameters(backend, /* seed= */ 1);
                Subject subject =
                        Subject.bind(
                                entry.layer().orElse(new Sequential()),
                                entry.loss().orElse(null),
                                entry.inputShape(),
                                parameters,
                                BindOptions.train())) {
            return subject.binding().nodes().stream().map(Node::name).toList();
        }
    }

    private static double relative(GradientReport report) {
        return report.worst().map(GradientReport.Row::relativeError).orElse(0.0);
    }

    private static void collect(Layer layer, Set<Class<?>> classes) {
        classes.add(layer.getClass());
        if (layer instanceof Sequential sequential) {
            sequential.layers().forEach(child -> collect(child, classes));
        } else if (layer instanceof Concat concat) {
            concat.branches().forEach(child -> collect(child, classes));
        } else if (layer instanceof Gate gate) {
            collect(gate.body(), classes);
        } else if (layer instanceof Residual residual) {
            collect(residual.body(), classes);
            collect(residual.shortcut(), classes);
        }
    }

    /** Names of the concrete classes of {@code kind}, in its package, that are not covered. */
    private static Set<String> missing(Class<?> kind, Set<Class<?>> covered)
            throws IOException, URISyntaxException {
        Path place = Path.of(kind.getResource(kind.getSimpleName() + ".class").toURI());
        Set<String> missing = new TreeSet<>();
        try (Stream<Path> files = Files.list(place.getParent())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = load(kind.getPackageName() + "." + name);
                if (kind.isAssignableFrom(type)
                        && !Modifier.isAbstract(type.getModifiers())
                        && !covered.contains(type)) {
                    missing.add(type.getSimpleName());
                }
            }
        }
        return missing;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
