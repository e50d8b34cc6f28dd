package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Fact;
import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.backend.Diagnosis.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what an examination finds. */
final class Findings {
    private final List<Fact> facts = new ArrayList<>();
    private final List<Gpu> gpus = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    void fact(String name, String version, String detail) {
        facts.add(new Fact(name, version, detail));
    }

    void add(Gpu gpu) {
        gpus.add(gpu);
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    List<Gpu> gpus() {
        return gpus;
    }

    /** A device is usable if nothing fatal was found and a GPU is new enough. */
    Diagnosis diagnosis(String device) {
        problems.sort(Comparator.comparing(Problem::fatal).reversed());
        boolean usable =
                problems.stream().noneMatch(Problem::fatal) && gpus.stream().anyMatch(Gpu::usable);
        return new Diagnosis(device, usable, facts, gpus, problems);
    }
}
