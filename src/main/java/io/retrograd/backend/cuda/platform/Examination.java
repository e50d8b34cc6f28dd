package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import jcuda.JCudaVersion;

/**
 * Loads the CUDA of a machine or the CPU stand-in, as far as it is there, and finds what is wrong.
 */
final class Examination {
    private final Host host;
    private final Findings findings = new Findings();

    Examination(Host host) {
        this.host = host;
    }

    /** The machine's CUDA. */
    Diagnosis machine() {
        Search search = Search.of(host);
        if (!LibraryCheck.hasAll(search)) {
            search.askPython(host);
        }
        return examine(CudaPlatform.MACHINE.device(), search);
    }

    /** The CPU stand-in in a folder. */
    Diagnosis standin(Path folder) {
        Optional<Problem> obstacle = Standin.obstacle(folder);
        if (obstacle.isPresent()) {
            findings.add(obstacle.get());
            return findings.diagnosis(Standin.DEVICE);
        }
        findings.fact("stand-in", "", "CPU stand-in for CUDA, for tests: no GPU computes");
        return examine(Standin.DEVICE, Search.in(folder));
    }

    /** Why there can be no CUDA here, found without loading anything; empty if there may be. */
    static Optional<Problem> obstacle(Host host, Search search) {
        if (!host.supported()) {
            return Optional.of(Problems.platform(host));
        }
        if (!Natives.haveJCuda()) {
            return Optional.of(Problems.noJCuda());
        }
        return search.find(DriverCheck.LIBRARY).isPresent()
                ? Optional.empty()
                : Optional.of(Problems.noDriver(host, search.looked()));
    }

    private Diagnosis examine(String device, Search search) {
        findings.fact("OS", System.getProperty("os.version"), host.os() + ", " + host.arch());
        findings.fact(
                "Java", System.getProperty("java.version"), System.getProperty("java.vendor"));
        if (host.supported() && Natives.haveJCuda()) {
            unpackAndLoad(search);
        } else {
            obstacle(host, search).ifPresent(findings::add);
        }
        return findings.diagnosis(device);
    }

    private void unpackAndLoad(Search search) {
        NativeFiles files;
        try {
            files = NativeFiles.in(host.cache());
        } catch (IOException | UnsupportedOperationException e) {
            withoutCache(search, String.valueOf(e.getMessage()));
            return;
        }
        findings.fact("JCuda", JCudaVersion.get(), files.folder().toString());
        load(search, new Natives(files));
    }

    private void withoutCache(Search search, String why) {
        try {
            NativeFiles files = NativeFiles.temporary();
            findings.add(Problems.cache(host.cache(), why, files.folder()));
            findings.fact("JCuda", JCudaVersion.get(), files.folder().toString());
            load(search, new Natives(files));
            files.delete();
        } catch (IOException | UnsupportedOperationException e) {
            findings.add(Problems.nowhereToUnpack(host.cache(), String.valueOf(e.getMessage())));
        }
    }

    private void load(Search search, Natives natives) {
        int cuda = 0;
        Optional<Path> driver = search.find(DriverCheck.LIBRARY);
        if (driver.isPresent()) {
            cuda = new DriverCheck(host, natives, findings).run(driver.get());
        } else {
            findings.add(Problems.noDriver(host, search.looked()));
        }
        new LibraryCheck(search, natives, findings, cuda).run();
    }
}
