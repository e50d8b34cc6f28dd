package io.retrograd.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BackendsTest {
    @Test
    void autoSaysWhatItTookAndWhy() {
        Backends.Choice choice = Backends.choose("auto");
        assertTrue(choice.reason().startsWith("auto"), choice.reason());
        assertTrue(choice.provider().probe().usable());
    }

    @Test
    void anUnknownDeviceOrPrecisionIsAnErrorThatListsTheKnown() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Backends.open("abacus"));
        assertTrue(e.getMessage().contains("reference"), e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Backends.open("reference", "float8", 1));
        assertTrue(e.getMessage().contains("float64"), e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Backends.open("reference", "float64", -1));
        assertTrue(e.getMessage().contains("threads"), e.getMessage());
    }

    @Test
    void theReferenceOpens() {
        try (Backend backend = Backends.open("reference", "float64", 3)) {
            assertEquals("reference", backend.name());
        }
    }
}
