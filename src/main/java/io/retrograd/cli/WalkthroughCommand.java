package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.explain.Walkthrough;
import io.retrograd.explain.WalkthroughPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "walkthrough",
        description = {
            "Prints one training step with every number and its formula, and each gradient beside"
                    + " its finite difference.",
            "1: one kernel and the squared error. 2: convolution, ReLU, dense layer, softmax."
        })
final class WalkthroughCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "1|2",
            description = "Number of the example. Default: all.")
    private @Nullable Integer number;

    @Option(
            names = "--html",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = "walkthrough.html",
            description =
                    "Instead write all examples as a page in which any number can be changed."
                            + " Default: walkthrough.html.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException {
        if (html != null) {
            if (number != null) {
                throw Values.wrong("1|2", "none with --html, which has all examples", number);
            }
            WalkthroughPage.write(html);
            spec.commandLine().getOut().println(html);
            return 0;
        }
        int first = number == null ? 1 : number;
        int last = number == null ? Walkthrough.EXAMPLES : number;
        try (Backend backend = Backends.open("reference")) {
            for (int i = first; i <= last; i++) {
                try (Walkthrough walkthrough = new Walkthrough(i, backend)) {
                    walkthrough.print(spec.commandLine().getOut());
                }
                if (i < last) {
                    spec.commandLine().getOut().println();
                }
            }
        }
        return 0;
    }
}
