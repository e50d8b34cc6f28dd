package io.retrograd.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures one thing in a process of its own and prints one JSON object. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        subcommands = {
            CeilingsProbe.class,
            StepProbe.class,
            SweepProbe.class,
            GradcheckProbe.class
        })
public final class Probe {
    private Probe() {}

    /** What every probe is told. */
    static final class Device {
        @Option(names = "--device", required = true)
        String name = "";

        @Option(names = "--precision", required = true)
        String precision = "";

        @Option(names = "--threads", required = true)
        int threads;

        Backend open() {
            return Backends.open(name, precision, threads);
        }

        boolean gpu() {
            return name.startsWith("cuda");
        }
    }

    static void print(Object value) {
        try {
            System.out.println(new ObjectMapper().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Probe()).execute(args));
    }
}
