package io.retrograd.backend.cuda.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import jcuda.nvrtc.JNvrtc;

/**
 * Loads cuDNN, cuBLAS and NVRTC, and asks them for their versions.
 *
 * <p>cuDNN goes first: it says which CUDA it was built for, and so which cuBLAS and NVRTC it wants
 * where both are here.
 */
final class LibraryCheck {
    private static final int CUDNN = 9;

    /** What {@code libcudnn.so.9} itself loads, when it is first needed. */
    private static final List<String> CUDNN_PARTS =
            List.of(
                    "graph",
                    "ops",
                    "cnn",
                    "adv",
                    "heuristic",
                    "engines_precompiled",
                    "engines_runtime_compiled");

    private static final int OLD = 12;
    private static final int NEW = 13;

    private final Search search;
    private final Natives natives;
    private final Findings findings;

    /** What the driver supports, as 1000 major + 10 minor; 0 if that is not known. */
    private final int driver;

    LibraryCheck(Search search, Natives natives, Findings findings, int driver) {
        this.search = search;
        this.natives = natives;
        this.findings = findings;
        this.driver = driver;
    }

    /** Whether there is a version of each that can be used, whether or not they fit together. */
    static boolean hasAll(Search search) {
        return search.find(Part.CUDNN.file(CUDNN)).isPresent()
                && (complete(search, OLD) || complete(search, NEW));
    }

    void run() {
        int builtFor = cudnn();
        int major = major(builtFor);
        Optional<Path> cublas = search.find(Part.CUBLAS.file(major));
        Optional<Path> nvrtc = search.find(Part.NVRTC.file(major));
        cublas.ifPresentOrElse(
                library -> cublas(library, major, builtFor), () -> missing(Part.CUBLAS, major));
        nvrtc.ifPresentOrElse(library -> nvrtc(library, major), () -> missing(Part.NVRTC, major));
        if (driver > 0 && driver / 1000 < major) {
            cublas.or(() -> nvrtc)
                    .ifPresent(
                            library ->
                                    findings.add(
                                            Problems.oldDriver(
                                                    DriverCheck.cuda(driver), major, library)));
        }
    }

    /** Loads cuDNN; answers the number of the CUDA that it was built for, 0 without it. */
    private int cudnn() {
        Optional<Path> found = search.find(Part.CUDNN.file(CUDNN));
        if (found.isEmpty()) {
            missing(Part.CUDNN, preferred());
            return 0;
        }
        Path library = found.get();
        List<String> lacking = lacking(library);
        if (Elf.fault(library).isEmpty() && !lacking.isEmpty()) {
            findings.add(Problems.incompleteCudnn(library, lacking, preferred()));
            return 0;
        }
        if (failed(
                library,
                Natives.load(library).or(() -> natives.jcuda("JCudnn", "jcuda.jcudnn.JCudnn")))) {
            return 0;
        }
        JCudnn.setExceptionsEnabled(false); // Cudnn checks
        int version = (int) JCudnn.cudnnGetVersion();
        int cuda = (int) JCudnn.cudnnGetCudartVersion();
        String text = version / 10000 + "." + version / 100 % 100 + "." + version % 100;
        findings.fact("cuDNN", text, library + ", for CUDA " + DriverCheck.cuda(cuda));
        if (version / 10000 != CUDNN) {
            findings.add(Problems.oldCudnn(text, library));
        }
        return cuda / 1000;
    }

    /** The parts of cuDNN that it would not find: it ends the process where it looks for one. */
    private List<String> lacking(Path library) {
        return CUDNN_PARTS.stream()
                .map(part -> "libcudnn_" + part + ".so." + CUDNN)
                .filter(name -> !Files.isRegularFile(library.resolveSibling(name)))
                .filter(name -> search.find(name).isEmpty())
                .toList();
    }

    /** cuDNN's CUDA if the rest of it is here; else 12 before 13, as JCuda was made for it. */
    private int major(int builtFor) {
        if (builtFor != 0 && complete(search, builtFor)) {
            return builtFor;
        }
        if (complete(search, OLD)) {
            return OLD;
        }
        if (complete(search, NEW) || search.find(Part.CUBLAS.file(NEW)).isPresent()) {
            return NEW;
        }
        if (search.find(Part.CUBLAS.file(OLD)).isPresent()) {
            return OLD;
        }
        return builtFor == 0 ? preferred() : builtFor;
    }

    /** What to install where there is nothing: the newest that the driver supports. */
    private int preferred() {
        return driver > 0 && driver / 1000 < NEW ? OLD : NEW;
    }

    private static boolean complete(Search search, int major) {
        return search.find(Part.CUBLAS.file(major)).isPresent()
                && search.find(Part.NVRTC.file(major)).isPresent();
    }

    private void cublas(Path library, int major, int builtFor) {
        Optional<Path> light = Search.beside(library, "libcublasLt.so." + major);
        if (light.isPresent() && failed(light.get(), Natives.load(light.get()))) {
            return;
        }
        if (failed(library, Natives.load(library))
                || forwarderFailed(Part.CUBLAS, library, major)
                || failed(library, natives.jcuda("JCublas2", "jcuda.jcublas.JCublas2"))) {
            return;
        }
        int[] version = new int[3];
        for (int i = 0; i < version.length; i++) {
            int[] part = new int[1];
            JCublas2.cublasGetProperty(i, part);
            version[i] = part[0];
        }
        fact(Part.CUBLAS, version[0] + "." + version[1] + "." + version[2], library, major);
        if (builtFor != 0 && builtFor != major) {
            findings.add(Problems.contradiction(builtFor, major, library));
        }
        JCublas2.setExceptionsEnabled(true);
    }

    private void nvrtc(Path library, int major) {
        Optional<Path> builtins = Search.beside(library, "libnvrtc-builtins.so." + major + ".*");
        if (builtins.isPresent() && failed(builtins.get(), Natives.load(builtins.get()))) {
            return;
        }
        if (failed(library, Natives.load(library))
                || forwarderFailed(Part.NVRTC, library, major)
                || failed(library, natives.jcuda("JNvrtc", "jcuda.nvrtc.JNvrtc"))) {
            return;
        }
        int[] first = new int[1];
        int[] second = new int[1];
        JNvrtc.nvrtcVersion(first, second);
        fact(Part.NVRTC, first[0] + "." + second[0], library, major);
        JNvrtc.setExceptionsEnabled(true);
    }

    /** CUDA 13's library needs ours over it; whether that failed. */
    private boolean forwarderFailed(Part part, Path library, int major) {
        if (major != NEW) {
            return false;
        }
        if (!Natives.haveForwarders()) {
            if (part == Part.CUBLAS) {
                findings.add(Problems.noForwarders(library));
            }
            return true;
        }
        return failed(library, natives.forwarder(part.file(OLD)));
    }

    private boolean failed(Path library, Optional<String> fault) {
        fault.ifPresent(text -> findings.add(Problems.broken(library, text)));
        return fault.isPresent();
    }

    private void fact(Part part, String version, Path library, int major) {
        String through = major == NEW ? ", through our " + part.file(OLD) : "";
        findings.fact(part.title(), version, library + through);
    }

    /** Says so, and which other version is here. */
    private void missing(Part part, int major) {
        String other = "";
        for (int version : part == Part.CUDNN ? new int[] {8, 7} : new int[] {11, 10}) {
            Optional<Path> old = search.find(part.file(version));
            if (old.isPresent()) {
                other = "; there is " + old.get() + ", which is too old";
                break;
            }
        }
        findings.add(Problems.missing(part, major, search.looked(), other));
    }
}
