package io.retrograd.certify;

/** A part's process that ends as it is told: {@code FakePart well|crash|hang|early}. */
final class FakePart {
    static final int ABORTED = 134;

    private FakePart() {}

    public static void main(String[] args) throws InterruptedException {
        Findings findings = new Findings(message -> System.out.println(message.line()));
        System.out.println("a library says hello");
        System.err.println("and complains");
        findings.attempt("the first", () -> Outcome.passed("fine"));
        findings.attempt(
                "the second",
                /* seed= */ 5L,
                () -> {
                    switch (args[0]) {
                        case "crash" -> Runtime.getRuntime().halt(ABORTED);
                        case "hang" -> Thread.sleep(1_000_000);
                        case "early" -> Runtime.getRuntime().halt(0);
                        case "throw" -> throw new UnsatisfiedLinkError("no such library");
                        default -> {}
                    }
                    return Outcome.passed("fine");
                });
        System.out.println(Message.end().line());
    }
}
