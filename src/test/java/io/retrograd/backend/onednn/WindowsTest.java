package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.tensor.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that lie in the padding only: there oneDNN may crash, though it seldom does. */
class WindowsTest {
    @ParameterizedTest
    @CsvSource({
        "5, 3, 1, 1, 1, false",
        "1, 3, 1, 1, 1, true",
        "1, 3, 3, 2, 1, true",
        "2, 2, 2, 0, 1, false",
        "3, 2, 1, 2, 2, false",
        "1, 2, 1, 1, 2, true"
    })
    void findsWeightsThatMeetNothing(
            int input, int kernel, int stride, int padding, int dilation, boolean idle) {
        for (int other = 1; other <= 2; other++) {
            assertEquals(
                    idle, windows(other, input, kernel, stride, padding, dilation).anyIdleWeight());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, 3, 1, 1, 1, false",
        "5, 3, 1, 2, 1, false",
        "5, 3, 1, 3, 1, true",
        "5, 1, 1, 0, 1, false",
        "5, 1, 1, 1, 1, true",
        // the last window begins at the last element
        "5, 2, 5, 1, 1, false",
        // the only window ends before the first
        "5, 2, 8, 2, 1, true",
        // the only window has the whole input between its elements
        "1, 2, 1, 1, 2, true",
        "2, 2, 1, 1, 3, true",
        "3, 2, 1, 1, 2, false"
    })
    void findsEmptyOnes(
            int input, int kernel, int stride, int padding, int dilation, boolean empty) {
        for (int other = 1; other <= 2; other++) {
            assertEquals(
                    empty, windows(other, input, kernel, stride, padding, dilation).anyEmpty());
        }
    }

    /** Windows of this size, without settings in the first dimension. */
    private static Windows windows(
            int other, int input, int kernel, int stride, int padding, int dilation) {
        int reach = (kernel - 1) * dilation + 1;
        int output = (input + 2 * padding - reach) / stride + 1;
        return new Windows(
                Shape.of(1, 1, other, input),
                Shape.of(1, 1, other, output),
                List.of(1, kernel),
                List.of(1, stride),
                List.of(0, padding),
                List.of(1, dilation));
    }
}
