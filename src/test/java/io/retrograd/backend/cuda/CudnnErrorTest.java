package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.cuda.standin.Gpu;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a failed call of cuDNN's says: its name, its status, and cuDNN's own words. */
class CudnnErrorTest {
    @BeforeEach
    void load() {
        Gpu.load();
    }

    @Test
    void callStatusAndCudnnsOwnWordsAreTold() {
        CudnnException e = refused(descriptors -> descriptors.tensor(List.of(0, 1)));
        assertTrue(
                e.getMessage()
                        .matches(
                                "cudnnSetTensorNdDescriptor: CUDNN_STATUS_BAD_PARAM\\w*"
                                        + " \\(2\\d\\d\\d\\): \\S.*"),
                e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertTrue(e.refuses() && !e.ofTheMachine());
    }

    /** Two failures with different causes: the text is that of the last call. */
    @Test
    void theWordsAreThoseOfTheLastCall() {
        String first = refused(d -> d.tensor(List.of(0, 1))).getMessage();
        String second =
                refused(
                                d ->
                                        d.convolution(
                                                List.of(-1, 0),
                                                List.of(1, 1),
                                                List.of(1, 1),
                                                /* groups= */ 1,
                                                /* math= */ 0))
                        .getMessage();
        assertTrue(second.startsWith("cudnnSetConvolutionNdDescriptor: "), second);
        assertFalse(
                second.replaceFirst(".*\\): ", "").equals(first.replaceFirst(".*\\): ", "")),
                first + second);
    }

    private static CudnnException refused(Consumer<Descriptors> call) {
        try (CudaDevice device =
                        new CudaDevice(
                                Gpu.PLATFORM,
                                /* gpu= */ 0,
                                OpenOptions.of("float32").deterministic(true),
                                /* choices= */ null,
                                line -> {});
                Descriptors descriptors = new Descriptors(device)) {
            return assertThrows(CudnnException.class, () -> call.accept(descriptors));
        }
    }
}
