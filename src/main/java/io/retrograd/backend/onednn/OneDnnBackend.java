package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.Memory;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.PlanFile;
import io.retrograd.backend.Preparation;
import io.retrograd.backend.Updates;
import io.retrograd.file.Uninterrupted;
import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU through oneDNN. */
final class OneDnnBackend implements Backend {
    static final String NAME = "cpu";

    private final Engine engine;
    private final Choices choices;
    private final OneDnnMemory memory;
    private final OneDnnOperations operations;
    private final OneDnnUpdates updates;

    /**
     * A backend that takes what is fastest, as this machine remembers or a plan says.
     *
     * @param options for their file of choices
     */
    OneDnnBackend(Engine engine, OpenOptions options) {
        this(engine, choices(engine, options));
    }

    /**
     * A backend.
     *
     * @param choices the choices among several ways
     */
    OneDnnBackend(Engine engine, Choices choices) {
        this.engine = engine;
        this.choices = choices;
        memory = new OneDnnMemory(engine);
        operations = new OneDnnOperations();
        updates = new OneDnnUpdates(engine);
    }

    private static Choices choices(Engine engine, OpenOptions options) {
        Path plan = options.plan();
        String machine = machine(engine);
        Choices remembered = Choices.remembered(NAME, machine);
        return plan == null
                ? remembered
                : new PlanFile(plan, remembered, NAME + "|" + machine, options.grows());
    }

    /** This CPU, and what else times depend on. */
    private static String machine(Engine engine) {
        return String.join(
                "|",
                cpuModel(),
                Isa.text(Dnnl.isa()),
                Dnnl.version(),
                engine.precision().text(),
                engine.threads() + " threads");
    }

    /** As the operating system names it; its architecture where it does not. */
    private static String cpuModel() {
        Path file = Path.of("/proc/cpuinfo");
        try {
            return Uninterrupted.run(() -> Files.readAllLines(file)).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseGet(OneDnnBackend::architecture);
        } catch (IOException e) {
            return architecture();
        }
    }

    /** Windows tells the model in the environment. */
    private static String architecture() {
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return windows != null
                ? windows
                : System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public DType dtype() {
        return engine.precision().dtype();
    }

    @Override
    public DType parameterDType() {
        return DType.FLOAT32;
    }

    @Override
    public double epsilon() {
        return engine.precision().epsilon();
    }

    @Override
    public DeviceLock lock() {
        return engine.lock();
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public Updates updates() {
        return updates;
    }

    @Override
    public boolean measures() {
        return !engine.deterministic();
    }

    @Override
    public Preparation prepare(Preparation.Request request) {
        return new Planner(engine, choices, request.gradients()).prepare(request);
    }

    @Override
    public void synchronize() {
        engine.lock().enter();
        try {
            engine.synchronize();
        } finally {
            engine.lock().exit();
        }
    }

    /**
     * Frees nothing: layouts and the engine are small, and models that are closed later free their
     * memory themselves.
     */
    @Override
    public void close() {
        engine.lock().close(() -> {});
    }
}
