package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;

/**
 * The channels of a tensor (N, C, P), each summed up by several blocks; {@code
 * kernels/channel.cuh}.
 */
record Channels(int batch, int channels, int positions) {
    /** Elements that are worth a block. */
    private static final int SHARE = 4096;

    private static final int MOST_SHARES = 64;

    /** Of a tensor (N, C, inner...). */
    static Channels of(CudaTensor x) {
        return new Channels(x.dim(0), x.dim(1), Math.toIntExact(x.shape().tail(2).size()));
    }

    private int shares() {
        long elements = (long) batch * positions;
        return (int) Math.min(MOST_SHARES, (elements + SHARE - 1) / SHARE);
    }

    /** As kernels take it. */
    int[] struct() {
        return new int[] {batch, channels, positions, shares()};
    }

    /** A block for each channel's share. */
    Grid grid() {
        return Grid.blocks(channels * shares(), (long) batch * positions / shares());
    }

    /** The sum of each channel's share, for {@link CudaPass#sumRows}. */
    CudaTensor partial(CudaPass pass, CudaTensor of) {
        return pass.temporary(of.name() + ".partial", DType.FLOAT64, (long) channels * shares());
    }
}
