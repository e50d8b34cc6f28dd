package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors of activations, softmax, losses and normalisations against exact numbers, {@link Exact},
 * and the bounds on the site's page of numerics: a page that promises more than is measured fails.
 *
 * <p>With {@code -Dretrograd.numerics=write} the page's bounds are written anew, a quarter above
 * what is measured here.
 */
class NumericsTest {
    private static final boolean WRITES = "write".equals(System.getProperty("retrograd.numerics"));

    /** The factor from measurements to the reference's bounds, which no library decides. */
    private static final double LOOSE = 4;

    /**
     * The factor on the CPU's bounds without fused multiply-adds, as the page says: at most 8.5
     * times as far off, SiLU's gradient.
     */
    private static final double WITHOUT_FMA = 10;

    /** Of the exact numbers of softmax. */
    private static final int LONGEST_ROW = 5;

    private static NumericsPage page = NumericsPage.read();

    @BeforeAll
    static void read() {
        page = NumericsPage.read();
    }

    @AfterAll
    static void write() throws IOException {
        if (WRITES) {
            page.write();
        }
    }

    static Stream<Device> devices() {
        BackendProvider reference =
                Backends.providers().stream()
                        .filter(provider -> provider.name().equals("reference"))
                        .findFirst()
                        .orElseThrow();
        return Stream.concat(
                        Stream.of(new Device(reference, "float64")),
                        Device.everyPrecision().stream())
                .filter(device -> page.has(device.toString()));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void isAsRightAsThePageSays(Device device) {
        Map<String, Numerics.Worst> measured = Numerics.of(device.shared());
        if (WRITES) {
            page.replace(device.toString(), measured);
        }
        Map<String, NumericsPage.Bound> bounds = page.of(device.toString());
        Set<String> missing = new TreeSet<>(measured.keySet());
        missing.removeAll(bounds.keySet());
        assertEquals(Set.of(), missing, "the page lacks; write with -Dretrograd.numerics=write");
        assertEquals(measured.keySet(), bounds.keySet());
        List<String> wrong = new ArrayList<>();
        bounds.forEach(
                (function, bound) -> {
                    Numerics.Worst worst = measured.get(function);
                    if (!bound.times(slack(device)).holds(worst) || loose(device, bound, worst)) {
                        wrong.add(function + ": expected " + bound + ", " + worst);
                    }
                });
        assertEquals(List.of(), wrong);
    }

    /** The page derives what float32 sums can be off at most: no bound of the table is above it. */
    @ParameterizedTest
    @CsvSource({
        "softmax, 1, 2.5",
        "softmax backward, 4, 11",
        "log softmax backward, 2, 3",
        "batch norm, 2, 8",
        "batch norm backward, 4.5, 17.5"
    })
    void whatIsMeasuredIsBelowWhatCanBe(String function, double each, double others) {
        double roundings = Math.ceil(Math.log(LONGEST_ROW) / Math.log(2));
        NumericsPage.Bound bound =
                Objects.requireNonNull(page.of("cuda-standin float32").get(function));
        assertTrue(bound.ulps() <= each * roundings + others, function + ": " + bound);
        assertEquals(
                LONGEST_ROW,
                Exact.lines().stream()
                        .filter(line -> function.startsWith(line.function()))
                        .mapToInt(line -> line.x().size())
                        .max()
                        .orElse(LONGEST_ROW));
    }

    private static double slack(Device device) {
        return device.provider().probe().description().contains("SSE4.1") ? WITHOUT_FMA : 1;
    }

    private static boolean loose(Device device, NumericsPage.Bound bound, Numerics.Worst worst) {
        return device.toString().startsWith("reference") && bound.ulps() > LOOSE * worst.ulps() + 1;
    }
}
