package io.retrograd.backend;

import io.retrograd.host.Warnings;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The backends on the class path, and the choice among them. */
public final class Backends {
    /** Takes the fastest device that can be used. */
    public static final String AUTO = "auto";

    private static final Pattern NUMBERED = Pattern.compile("(.+):(\\d{1,4})");

    private Backends() {}

    /** All providers, the one that {@code auto} prefers first. */
    public static List<BackendProvider> providers() {
        return ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(BackendProvider::priority).reversed())
                .toList();
    }

    /** Opens a device by name in its default precision, with one thread a core. */
    public static Backend open(String device) {
        BackendProvider provider = choose(device).provider();
        return provider.open(OpenOptions.of(provider.precisions().get(0)));
    }

    /**
     * Opens a device.
     *
     * @param device a provider's name, perhaps with a number, or {@code auto}
     * @param precision one of the provider's precisions
     * @param threads how many threads to compute with; 0 for one a core
     * @throws IllegalArgumentException for an unknown device or precision
     * @throws IllegalStateException if the device cannot be used here
     */
    public static Backend open(String device, String precision, int threads) {
        return open(device, OpenOptions.of(precision).threads(threads));
    }

    /**
     * Opens a device. There is no fallback: it opens the requested device or fails.
     *
     * @param device a provider's name, perhaps with a number, or {@code auto}
     * @throws IllegalArgumentException for an unknown device or precision
     * @throws IllegalStateException if the device cannot be used here
     */
    public static Backend open(String device, OpenOptions options) {
        return choose(device).open(options);
    }

    /**
     * The provider for a device name, and why it was taken.
     *
     * @throws IllegalArgumentException for a name that no provider has
     * @throws IllegalStateException if the device cannot be used here
     */
    public static Choice choose(String device) {
        if (device.equals(AUTO)) {
            return automatic(providers());
        }
        BackendProvider provider = provider(device);
        BackendProvider.Availability found = provider.probe();
        if (!found.usable()) {
            Diagnosis why = provider.diagnose();
            throw new IllegalStateException(
                    "device "
                            + device
                            + ": "
                            + (why.problems().isEmpty() ? found.description() : why.reason()));
        }
        return new Choice(provider, found.description(), "asked for");
    }

    /**
     * The provider with a name, such as {@code cuda}, or {@code cuda:1} for the second of several
     * devices, whether or not its device can be used.
     *
     * @throws IllegalArgumentException for a name that no provider has
     */
    public static BackendProvider provider(String device) {
        List<BackendProvider> providers = providers();
        Matcher numbered = NUMBERED.matcher(device);
        String name = numbered.matches() ? numbered.group(1) : device;
        BackendProvider provider =
                providers.stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalArgumentException(unknown(device, providers)));
        return numbered.matches()
                ? provider.numbered(Integer.parseInt(numbered.group(2)))
                : provider;
    }

    private static Choice automatic(List<BackendProvider> providers) {
        StringBuilder reason = new StringBuilder("auto: the fastest usable");
        for (BackendProvider provider : providers) {
            if (!provider.automatic()) {
                continue;
            }
            BackendProvider.Availability found = provider.probe();
            if (found.usable()) {
                if (provider.slow()) {
                    Warnings.once(slow(provider, reason.toString()));
                }
                return new Choice(provider, found.description(), reason.toString());
            }
            if (found.broken()) {
                throw new IllegalStateException(
                        String.format(
                                "device auto: %s is here but cannot be used: %s; to compute"
                                        + " slowly, name the device reference",
                                provider.name(), found.description()));
            }
            reason.append(", not ").append(provider.name()).append(": ");
            reason.append(found.description().split("[;\\n]", 2)[0]);
        }
        throw new IllegalStateException("device auto: no device can be used here");
    }

    private static String slow(BackendProvider provider, String reason) {
        return String.format(
                "no fast device can be used, so this computes on %s, which is 10 to 1000 times"
                        + " slower (%s)",
                provider.name(), reason);
    }

    private static String unknown(String device, List<BackendProvider> providers) {
        String names =
                providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "));
        return String.format("device: expected auto or one of %s, got %s", names, device);
    }

    /** A provider, its device in a line, and why it was taken. */
    public record Choice(BackendProvider provider, String description, String reason) {
        /**
         * Opens it.
         *
         * @throws IllegalArgumentException for a precision that it lacks
         * @throws IllegalStateException if the device cannot be used here
         */
        public Backend open(OpenOptions options) {
            if (!provider.precisions().contains(options.precision())) {
                throw new IllegalArgumentException(
                        String.format(
                                "precision: device %s computes in %s, got %s; choose one of them or"
                                        + " another device",
                                provider.name(),
                                String.join(", ", provider.precisions()),
                                options.precision()));
            }
            return provider.open(options);
        }
    }
}
