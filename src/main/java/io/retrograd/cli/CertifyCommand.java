package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.certify.Certificate;
import io.retrograd.certify.CertificateFiles;
import io.retrograd.certify.Certification;
import io.retrograd.certify.Part;
import io.retrograd.certify.PartRunner;
import io.retrograd.host.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Certifies a device, and writes what was found for somebody else to read. */
@Command(
        name = "certify",
        description = {
            "Tries a device on this machine, part by part: what it needs, its kernels, random"
                    + " networks at odd shapes against the float64 reference, gradients, PyTorch's"
                    + " numbers, repeated and recorded steps, memory, leaks, recovery from an"
                    + " illegal access, a short training with audits, speed.",
            "Each part has a process of its own, so that the others go on where one fails or"
                    + " crashes. Prints a line a part and a verdict, and writes certificate.json,"
                    + " certificate.xml (as JUnit does) and certificate.html, a page to attach to an"
                    + " issue.",
            "Ends with 0 if all parts passed, 1 if any failed."
        })
final class CertifyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cuda",
            description =
                    "The device: a name that 'devices' lists, cuda:1 for the second GPU. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String device = "cuda";

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = {
                "How long, shared by the parts; each tries something, however short its share."
                        + " Default: ${DEFAULT-VALUE}."
            })
    private double minutes = 10;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to write. Default: certificate-DEVICE-DATE.")
    private @Nullable Path out;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Parts to run, with commas between them; the doctor always does. Default: all.")
    private List<String> only = Part.labels();

    @Option(names = "--part", hidden = true, paramLabel = "NAME")
    private @Nullable String part;

    @Option(names = "--seconds", hidden = true, paramLabel = "S", defaultValue = "10")
    private double seconds = 10;

    @Override
    public Integer call() throws IOException {
        DeviceOptions.checkDevice(device, DeviceOptions.names());
        String name = Backends.provider(device).name();
        Values.above0("--minutes", minutes);
        Values.above0("--seconds", seconds);
        only.forEach(each -> Values.oneOf("--only", Part.labels(), each));
        PrintWriter lines = spec.commandLine().getOut();
        if (part != null) {
            Values.oneOf("--part", Part.labels(), part);
            new PartRunner(name, seconds, lines).run(Part.of(part), CertifyCommand::bench);
            return 0;
        }
        Path folder =
                out == null
                        ? Path.of(
                                "certificate-"
                                        + name.replace(':', '-')
                                        + "-"
                                        + LocalDate.now(ZoneOffset.UTC))
                        : out;
        Certification certification =
                new Certification(
                        name,
                        minutes,
                        only.stream().map(Part::of).collect(Collectors.toSet()),
                        List.of(Main.class.getName(), spec.name()),
                        new Main.Version().getVersion()[0]);
        Certificate certificate =
                certification.run(
                        result -> {
                            lines.println(result.line().replaceAll("\\R", " "));
                            lines.flush();
                        });
        CertificateFiles.write(certificate, folder);
        lines.println(certificate.verdict());
        lines.println("see " + folder.resolve("certificate.html"));
        return certificate.passed() ? 0 : 1;
    }

    private static Map<String, Object> bench(
            String network, String precision, Backend backend, double seconds) {
        BenchNet net = BenchNet.valueOf(network);
        return new BenchRun(net, backend, precision, Threads.cores())
                .measure(net.batch(), /* burst= */ 1, seconds)
                .asMap();
    }
}
