package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import java.util.List;

/**
 * The ways in which a device may decide to compute, so that each can be tested. Found by {@code
 * ServiceLoader}; a device without is tested as it decides itself.
 */
public interface Plans {
    /** As in {@code --device}. */
    String device();

    /** The device in this precision, once for each way; it measures and remembers nothing. */
    List<Backend> open(String precision);

    /**
     * The same, but for what the device finds to be wrong when it tries it, as it does for users.
     */
    List<Backend> rehearsed(String precision);
}
