package io.retrograd.backend.cuda.platform;

/** Asks for both platforms in one process; prints why the second cannot be had. */
final class BothPlatformsMain {
    private BothPlatformsMain() {}

    public static void main(String[] args) {
        CudaPlatform.STANDIN.require();
        try {
            CudaPlatform.MACHINE.require();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }
}
