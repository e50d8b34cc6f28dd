package io.retrograd.gradcheck;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Collects the failures of one check. */
final class Failures {
    private final List<GradientFailure> all = new ArrayList<>();

    /** Adds something wrong in an element of a tensor; the message begins with its place. */
    void wrong(Tensor tensor, int element, String message) {
        String place = tensor.name() + tensor.shape().index(element);
        wrong(tensor.name(), place + ": " + message);
    }

    void wrong(String tensor, String message) {
        all.add(new GradientFailure(GradientFailure.Kind.WRONG, tensor, message));
    }

    void undecided(String tensor, String message) {
        all.add(new GradientFailure(GradientFailure.Kind.UNDECIDED, tensor, message));
    }

    /** The number of those that are shown to be wrong. */
    long countWrong() {
        return all.stream().filter(each -> each.kind() == GradientFailure.Kind.WRONG).count();
    }

    /** Whether a tensor is shown to be wrong. */
    boolean isWrong(String tensor) {
        return all.stream()
                .anyMatch(
                        each ->
                                each.kind() == GradientFailure.Kind.WRONG
                                        && each.tensor().equals(tensor));
    }

    List<GradientFailure> all() {
        return List.copyOf(all);
    }
}
