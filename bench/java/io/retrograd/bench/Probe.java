package io.retrograd.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
