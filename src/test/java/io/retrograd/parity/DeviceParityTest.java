package io.retrograd.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.conformance.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PyTorch's numbers on every device, in each of its precisions. */
class DeviceParityTest {
    static Stream<Device> devices() {
        return Stream.concat(Device.all().stream(), Device.lowPrecision().stream());
    }

    @ParameterizedTest
    @MethodSource("devices")
    void everyCasePasses(Device device) throws IOException {
        List<ParityResult> failed = new ArrayList<>();
        try (Backend backend = device.open()) {
            ParityRunner runner = new ParityRunner(backend);
            for (Path file : ParityCases.files()) {
                ParityResult result = runner.run(file);
                if (result.status() != ParityResult.Status.PASSED) {
                    failed.add(result);
                }
            }
        }
        assertEquals(List.of(), failed);
    }
}
