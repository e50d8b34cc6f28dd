package io.retrograd.backend.onednn;

/** A step in plain Java, on the calling thread. */
record JavaStep(String name, Runnable body) implements Step {
    @Override
    public void run() {
        body.run();
    }

    @Override
    public String describe() {
        return name + " java";
    }
}
