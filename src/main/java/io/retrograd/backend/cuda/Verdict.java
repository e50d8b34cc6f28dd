package io.retrograd.backend.cuda;

/** What trying a way to compute something showed. */
enum Verdict {
    /** It computes what it should, and writes nowhere else. */
    SOUND("sound"),

    /** There was no memory to try it. */
    UNTRIED("untried"),

    /** The library offers it and then refuses it. */
    REFUSED("is refused"),

    /** Its results are wrong. */
    WRONG("computes wrong results"),

    /** It writes behind its result or its workspace. */
    OVERRUN("writes outside its memory");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    /** Whether it may be taken. */
    boolean usable() {
        return this == SOUND || this == UNTRIED;
    }

    @Override
    public String toString() {
        return text;
    }
}
