package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Required;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** A device in one of its precisions: what the suite is run for. */
public record Device(BackendProvider provider, String precision) {
    private static final String ONLY = "retrograd.device";
    private static final String REFERENCE = "reference";
    private static final String CUDA = "cuda";
    private static final String STANDIN = "cuda-standin";
    private static final int THREADS = 2;
    private static final double FLOAT32 = 0x1p-23;

    /** Distance from 1 to the next larger number of what is multiplied or kept, least precise. */
    private static final Map<String, Double> EPSILONS =
            Map.of(
                    "float64", 0x1p-52,
                    "float32", FLOAT32,
                    "tf32", 0x1p-10,
                    "float16", 0x1p-10,
                    "bf16", 0x1p-7,
                    "fast-math", 0x1p-7);

    /** By name and precision: the same device may come from several providers. */
    private static final Map<String, Backend> SHARED = new ConcurrentHashMap<>();

    private static final Map<String, List<Backend>> PLANS = new ConcurrentHashMap<>();

    /** All devices but the reference that can be used here, in precisions of 24 bits and more. */
    public static List<Device> all() {
        return usable(/* low= */ false);
    }

    /** The same in precisions of fewer bits, in which only exact results can be compared. */
    public static List<Device> lowPrecision() {
        return usable(/* low= */ true);
    }

    /** The same in all precisions but TF32, which concerns products alone. */
    static List<Device> everyPrecision() {
        return Stream.concat(all().stream(), lowPrecision().stream())
                .filter(device -> !device.precision.equals("tf32"))
                .toList();
    }

    private static List<Device> usable(boolean low) {
        return Backends.providers().stream()
                .filter(p -> !p.name().equals(REFERENCE) && wanted(p) && usable(p))
                .flatMap(p -> p.precisions().stream().map(precision -> new Device(p, precision)))
                .filter(device -> device.epsilon() > FLOAT32 == low && device.usable())
                .toList();
    }

    /**
     * With {@code -Dretrograd.device=NAME} only that one; else all, but not the stand-in where a
     * GPU is required: a process has one CUDA.
     */
    private static boolean wanted(BackendProvider provider) {
        String name = provider.name();
        boolean second = name.equals(STANDIN) && Required.is(CUDA);
        return name.equals(System.getProperty(ONLY, second ? CUDA : name));
    }

    private static boolean usable(BackendProvider provider) {
        BackendProvider.Availability found = provider.probe();
        if (!found.usable() && Required.is(provider.name())) {
            throw new AssertionError("-Drequire=" + provider.name() + ": " + found.description());
        }
        return found.usable();
    }

    /** The default precision can always be used; for others the machine may be too old. */
    private boolean usable() {
        if (precision.equals(provider.precisions().get(0))) {
            return true;
        }
        try (Backend backend = open()) {
            return backend.name().equals(provider.name());
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** The device as users have it. */
    public Backend open() {
        return provider.open(OpenOptions.of(precision).threads(THREADS));
    }

    /** The device once for each of its {@link Plans}, opened once for all tests. */
    public List<Backend> plans() {
        return PLANS.computeIfAbsent(toString(), name -> openPlans(plans -> plans.open(precision)));
    }

    /** The same, without what the device refuses to take where it tries its ways. */
    public List<Backend> rehearsedPlans() {
        return PLANS.computeIfAbsent(
                this + " rehearsed", name -> openPlans(plans -> plans.rehearsed(precision)));
    }

    private List<Backend> openPlans(Function<Plans, List<Backend>> open) {
        return ServiceLoader.load(Plans.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(plans -> plans.device().equals(provider.name()))
                .findFirst()
                .map(open)
                .orElseGet(() -> List.of(shared()));
    }

    /** The device as users have it, opened once for all tests; nobody closes it. */
    Backend shared() {
        return SHARED.computeIfAbsent(toString(), name -> open());
    }

    /** Relative rounding of its numbers. */
    public double epsilon() {
        Double known = EPSILONS.get(precision);
        if (known == null) {
            throw new IllegalStateException("Device: add the epsilon of " + precision);
        }
        return known;
    }

    /** Each device with each case, as arguments of a test. */
    public static Stream<Arguments> with(List<?> cases) {
        return all().stream().flatMap(device -> cases.stream().map(it -> Arguments.of(device, it)));
    }

    @Override
    public String toString() {
        return provider.name() + " " + precision;
    }
}
