package io.retrograd.backend.cuda.platform;

import java.util.List;

/** A library of CUDA beside the driver. */
enum Part {
    CUBLAS("cuBLAS", "libcublas.so.", "12 or 13", "cublas", "libcublas-%s"),
    NVRTC("NVRTC", "libnvrtc.so.", "12 or 13", "cuda-nvrtc", "cuda-nvrtc-%s"),
    CUDNN("cuDNN", "libcudnn.so.", "9", "cudnn", "libcudnn9-cuda-%s");

    /** Releases whose packages exist; any of the same number would do. */
    private static final List<String> TOOLKITS = List.of("12-6", "13-0");

    private final String title;
    private final String stem;
    private final String versions;
    private final String wheel;
    private final String debian;

    Part(String title, String stem, String versions, String wheel, String debian) {
        this.title = title;
        this.stem = stem;
        this.versions = versions;
        this.wheel = wheel;
        this.debian = debian;
    }

    String title() {
        return title;
    }

    /** Its file name for a version of its own. */
    String file(int version) {
        return stem + version;
    }

    String wanted() {
        return title + " " + versions + " (" + stem + versions.replace(" or ", ", " + stem) + ")";
    }

    /** NVIDIA's wheel, without {@code nvidia-} and CUDA's version. */
    String wheel() {
        return wheel;
    }

    /** The package in NVIDIA's repository for this CUDA. */
    String debian(int cuda) {
        String toolkit = TOOLKITS.get(cuda >= 13 ? 1 : 0);
        return String.format(debian, this == CUDNN ? Integer.toString(cuda) : toolkit);
    }
}
