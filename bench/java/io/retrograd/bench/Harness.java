package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.bench.Report.Measurement;
import io.retrograd.bench.Report.Settings;
import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs ours and the peers in turn.
 *
 * <p>A round takes every network once, and of each our side and every mode of every peer, each in a
 * process of its own. So a slow minute of the machine meets all sides, and a run that is out of
 * time has fewer rounds, not fewer networks.
 */
final class Harness {
    /** Beside the seconds that it was asked to take: loading, planning, compiling. */
    private static final double SLACK_SECONDS = 400;

    private final Shell shell;
    private final List<String> ours;
    private final Settings settings;
    private final List<Peers.Peer> peers;
    private final Deadline deadline;
    private final Map<String, Net> nets = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** A network, and what was measured of it so far, by side and mode. */
    private static final class Net {
        final String name;
        final @Nullable Integer batch;
        final Map<Key, List<Measurement>> found = new LinkedHashMap<>();
        final Map<String, String> missing = new LinkedHashMap<>();
        double roundSeconds;
        boolean failed;
        @Nullable Double coldFirstStep;
        @Nullable Plan plan;

        Net(String name, @Nullable Integer batch) {
            this.name = name;
            this.batch = batch;
        }
    }

    private record Key(String side, String mode) {
        String shown() {
            return mode.isEmpty() ? side : side + " (" + mode + ")";
        }
    }

    /**
     * @param ours how our command line is started
     * @param batch the batch of all networks; null for each one's own
     */
    Harness(
            Shell shell,
            List<String> ours,
            Settings settings,
            List<Peers.Peer> peers,
            List<String> names,
            @Nullable Integer batch,
            Deadline deadline) {
        this.shell = shell;
        this.ours = ours;
        this.settings = settings;
        this.peers = peers;
        this.deadline = deadline;
        names.forEach(name -> nets.put(name, new Net(name, batch)));
    }

    /** Remarks that readers of the numbers need. */
    List<String> remarks() {
        return remarks;
    }

    /** Whether our side failed at a network, which the remarks report. */
    boolean failed() {
        return nets.values().stream().anyMatch(net -> net.failed);
    }

    /** Our first step with nothing remembered, and what was then chosen for each layer. */
    void prepare() throws IOException {
        for (Net net : nets.values()) {
            try {
                prepare(net);
            } catch (Shell.Failure e) {
                fail(net, e);
            }
        }
    }

    private void prepare(Net net) throws Shell.Failure, IOException {
        progress(net.name + ": first step");
        JsonNode first = measure(ourCommand(net, 0.001), 0).result();
        net.coldFirstStep = first.path("first_step_s").asDouble();
        progress(net.name + ": plan");
        net.plan =
                Plan.of(
                        shell,
                        ours,
                        first.path("model").asText(),
                        first.path("batch").asInt(),
                        settings);
    }

    /** Goes on without a network: what is measured of the others is not to be lost. */
    private void fail(Net net, Shell.Failure e) {
        net.failed = true;
        remarks.add(net.name + ": " + Report.OURS + " failed: " + e.reason());
    }

    /** All rounds for which there is time. */
    void run() throws IOException {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Net net : nets.values()) {
                if (net.failed) {
                    continue;
                }
                if (!deadline.allows(net.roundSeconds)) {
                    remarks.add(
                            String.format(
                                    "%s: no time for round %d of %d",
                                    net.name, round, settings.rounds()));
                    continue;
                }
                Deadline.Stopwatch watch = new Deadline.Stopwatch();
                try {
                    round(net, round);
                } catch (Shell.Failure e) {
                    fail(net, e);
                }
                net.roundSeconds = watch.seconds();
            }
        }
    }

    private void round(Net net, int round) throws Shell.Failure, IOException {
        progress(net.name + ": round " + round + ": " + Report.OURS);
        add(net, new Key(Report.OURS, ""), measure(ourCommand(net, settings.seconds()), round));
        for (Peers.Peer peer : peers) {
            if (peer.missing() != null) {
                net.missing.put(peer.name(), peer.missing());
            }
            for (Peers.Mode mode : peer.modes()) {
                Key key = new Key(peer.name(), mode.name());
                if (net.missing.containsKey(key.shown())) {
                    continue;
                }
                progress(net.name + ": round " + round + ": " + key.shown());
                try {
                    add(net, key, measure(peerCommand(mode, net), round));
                } catch (Shell.Failure e) {
                    net.missing.put(key.shown(), e.reason());
                }
            }
        }
    }

    /** Once more on our side only, as many rounds as before: medians of images a second. */
    Map<String, Double> again(List<String> names) throws Shell.Failure, IOException {
        Map<String, Double> speeds = new LinkedHashMap<>();
        for (String name : names) {
            Net net = nets.get(name);
            if (net == null) {
                continue;
            }
            List<Measurement> more = new ArrayList<>();
            for (int round = 1; round <= settings.rounds(); round++) {
                progress(name + ": once more: round " + round);
                more.add(measure(ourCommand(net, settings.seconds()), round));
            }
            speeds.put(name, Side.of(Report.OURS, "", more).imagesPerSecond());
        }
        return speeds;
    }

    /**
     * The findings.
     *
     * @throws Shell.Failure if two sides did not do the same work
     */
    List<Work> works() throws Shell.Failure {
        List<Work> works = new ArrayList<>();
        for (Net net : nets.values()) {
            Plan plan = net.plan;
            List<Measurement> own = net.found.get(new Key(Report.OURS, ""));
            if (plan == null || own == null) {
                continue;
            }
            List<Side> sides = new ArrayList<>();
            for (Map.Entry<Key, List<Measurement>> side : net.found.entrySet()) {
                side.getValue().forEach(m -> requireSame(net, own.get(0).result(), m.result()));
                sides.add(Side.of(side.getKey().side(), side.getKey().mode(), side.getValue()));
            }
            works.add(
                    new Work(
                            net.name,
                            own.get(0).result().path("batch").asInt(),
                            plan.flops(),
                            plan.decisions(),
                            net.coldFirstStep,
                            sides,
                            net.missing));
        }
        return works;
    }

    private static void requireSame(Net net, JsonNode ours, JsonNode other) {
        for (String field : List.of("net", "batch", "precision", "threads", "burst")) {
            if (!ours.path(field).equals(other.path(field))) {
                throw new IllegalStateException(
                        String.format(
                                "%s: expected both sides to have the same %s, got %s and %s",
                                net.name, field, ours.path(field), other.path(field)));
            }
        }
    }

    private static void add(Net net, Key key, Measurement measurement) {
        net.found.computeIfAbsent(key, unused -> new ArrayList<>()).add(measurement);
    }

    private Measurement measure(List<String> command, int round) throws Shell.Failure, IOException {
        OthersLoad load = new OthersLoad();
        try (GpuWatch gpu = new GpuWatch()) {
            JsonNode result = shell.json(command, settings.seconds() + SLACK_SECONDS);
            return new Measurement(
                    round, shell.plain(Shell.shown(command)), load.cores(), gpu.reading(), result);
        }
    }

    private List<String> ourCommand(Net net, double seconds) {
        List<String> device = List.of("--device", settings.device(), "--json");
        return join(ours, List.of("bench"), work(net, seconds), device);
    }

    private List<String> peerCommand(Peers.Mode mode, Net net) {
        return join(mode.program(), work(net, settings.seconds()), mode.options());
    }

    private List<String> work(Net net, double seconds) {
        List<String> words = new ArrayList<>(List.of("--net", net.name));
        words.addAll(List.of("--precision", settings.precision()));
        words.addAll(List.of("--threads", String.valueOf(settings.threads())));
        words.addAll(List.of("--burst", String.valueOf(settings.burst())));
        words.addAll(List.of("--seconds", String.valueOf(seconds)));
        if (net.batch != null) {
            words.addAll(List.of("--batch", String.valueOf(net.batch)));
        }
        return words;
    }

    @SafeVarargs
    static List<String> join(List<String>... parts) {
        List<String> words = new ArrayList<>();
        for (List<String> part : parts) {
            words.addAll(part);
        }
        return words;
    }

    static void progress(String what) {
        System.err.println(what);
    }
}
