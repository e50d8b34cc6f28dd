package io.retrograd.gradcheck;

/** A wrong operation, and the check that must find it. */
record PlantedBug(String name, String operation, GradientCheck check, Mutation mutation) {
    /** Checked by the first check of a catalogue entry. */
    static PlantedBug of(String name, String operation, String entry, Mutation mutation) {
        GradientCheck check = LayerCatalogue.find(entry).orElseThrow().checks().get(0);
        return new PlantedBug(operation + ": " + name, operation, check, mutation);
    }

    /** The report, with the mutant in place of the right operation. */
    GradientReport run() {
        try (MutantBackend mutant = new MutantBackend("reference", operation, mutation)) {
            return check.on(mutant).run();
        }
    }

    /** The report of a device in float32, which is measured by the right reference. */
    GradientReport runInFloat32() {
        try (MutantBackend mutant = MutantBackend.float32(operation, mutation)) {
            return check.on(mutant).run();
        }
    }

    /** The same without derivatives. */
    GradientReport runAgainstReference() {
        try (MutantBackend mutant = MutantBackend.float32(operation, mutation)) {
            return check.againstReference().on(mutant).run();
        }
    }

    /** The report of a device in bfloat16, likewise. */
    GradientReport runInBfloat16() {
        try (MutantBackend mutant = MutantBackend.bfloat16(operation, mutation)) {
            return check.on(mutant).run();
        }
    }

    /** dx from x, y and dy of one element; a loss has one y and dy for all. */
    static Mutation elementwise(Elementwise dx) {
        return Mutation.spoil(
                call -> {
                    double[] x = call.value(0);
                    double[] y = call.y();
                    double[] dy = call.dy();
                    call.setGradient(0, (i, g) -> dx.of(x[i], y[i % y.length], dy[i % dy.length]));
                });
    }

    /** dx of one element. */
    @FunctionalInterface
    interface Elementwise {
        double of(double x, double y, double dy);
    }
}
