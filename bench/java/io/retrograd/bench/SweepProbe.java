package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Operations that memory limits: the bytes that they must read and write at least, a second. The
 * fastest run counts, as with the copy that they are held against; on a GPU {@link DeviceTimes}.
 */
@Command(name = "sweep")
final class SweepProbe implements Callable<Integer> {
    /** More than caches hold. */
    private static final Shape IMAGES = Shape.of(256, 64, 32, 32);

    private static final int SIZE = 4096;
    private static final double MICROS_PER_SECOND = 1e6;

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Option(names = "--seconds", required = true)
    private double seconds;

    private final Map<String, Double> found = new LinkedHashMap<>();

    @Override
    public Integer call() {
        try (Backend backend = device.open()) {
            double values = (double) IMAGES.size() * backend.dtype().bytes();
            try (Operation relu = Operation.of(new Relu(), IMAGES, "forward", backend)) {
                add("ReLU, forward", 2 * values, relu, backend);
            }
            try (Operation norm = Operation.of(new BatchNorm(), IMAGES, "forward", backend)) {
                add("batch norm, forward", 3 * values, norm, backend);
            }
            MaxPool2d pool = new MaxPool2d(2).stride(2);
            try (Operation pooling = Operation.of(pool, IMAGES, "forward", backend)) {
                add("max pooling 2x2, forward", 1.25 * values, pooling, backend);
            }
            try (Operation update = sgd(backend)) {
                double parameters = (SIZE + 1.0) * SIZE * backend.parameterDType().bytes();
                add("SGD with momentum", 5 * parameters, update, backend);
            }
        }
        Probe.print(found);
        return 0;
    }

    private static Operation sgd(Backend backend) {
        Parameters parameters = new Parameters(backend, /* seed= */ 1);
        Binder binder = new Binder(parameters, BindOptions.train());
        binder.keep(new Linear(SIZE).bind(binder, binder.input(Shape.of(1, SIZE))));
        Binding binding = binder.commit();
        parameters.tensors().forEach(w -> w.requireGrad().setAll(i -> 1e-3));
        Update update = new Sgd(1e-3).momentum(0.9).bind(parameters);
        parameters.setControl(1e-3, 1);
        return new Operation(
                update::run,
                () -> {
                    binding.close();
                    parameters.close();
                });
    }

    private void add(String what, double bytes, Operation operation, Backend backend) {
        found.put(what, bytes / (device.gpu() ? gpu(operation, backend) : cpu(operation, backend)));
    }

    private double cpu(Operation operation, Backend backend) {
        return Deadline.fastest(
                () -> {
                    operation.run().run();
                    backend.synchronize();
                },
                seconds);
    }

    private static double gpu(Operation operation, Backend backend) {
        try (DeviceTimes times = new DeviceTimes(backend, operation)) {
            return Objects.requireNonNull(times.measure().get("device")) / MICROS_PER_SECOND;
        }
    }
}
