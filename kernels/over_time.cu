// Sequences: their lengths, and their mean, largest or last step.
//
//   tokens  (N, T)     lengths (N)  L = lengths[n]; null where all sequences have T steps
//   x, dx   (N, T, C)
//   y, dy   (N, C)
//
//   sequence_lengths   lengths[n] = ceil(steps (1 + the last t with tokens[n,t] != padding) / T)
//
//   MEAN  y[n,c] = sum over t < L of x[n,t,c] / L    dx[n,t,c] = dy[n,c] / L for t < L
//   MAX   y[n,c] = x[n,s,c], s the first largest     dx[n,s,c] = dy[n,c]
//   LAST  y[n,c] = x[n,L-1,c]                        dx[n,L-1,c] = dy[n,c]
//
// All other dx are 0. NaN is larger than all numbers. A sequence without steps has y NaN and dx 0.
//
// Launch: any 1-d block and grid; over_time a thread for each of N C elements. Deterministic: each
// thread adds in float64, step by step.

#include "index.cuh"
#include "length.cuh"
#include "real.cuh"

// operation.TimeReduction
enum Kind { MEAN, MAX, LAST };

extern "C" __global__ void sequence_lengths(const int* tokens, int* lengths, int padding,
                                            int steps, int time, long long n) {
    FOR_EACH(i, n) {
        long long length = time;
        while (length > 0 && tokens[i * time + length - 1] == padding) length--;
        lengths[i] = (int)((length * steps + time - 1) / time);
    }
}

// The step that y is taken from; -1 where there is none. x begins at the sequence's first element.
__device__ static int chosen(int kind, const real* x, int length, int channels) {
    if (kind == LAST || length == 0) return length - 1;
    if (kind != MAX) return -1;
    int best = 0;
    for (int t = 1; t < length; t++) {
        real most = x[(long long)best * channels], value = x[(long long)t * channels];
        if (value > most || (value != value && most == most)) best = t;
    }
    return best;
}

extern "C" __global__ void over_time_forward(int kind, const real* x, const int* lengths, real* y,
                                             int steps, int channels, long long n) {
    FOR_EACH(i, n) {
        int sequence = (unsigned)i / channels;
        int length = sequence_length(lengths, sequence, steps);
        const real* xs = x + (long long)sequence * steps * channels + (unsigned)i % channels;
        if (kind == MEAN) {
            double sum = 0;
            for (int t = 0; t < length; t++) sum += xs[(long long)t * channels];
            y[i] = (real)(sum / length);
        } else {
            int t = chosen(kind, xs, length, channels);
            y[i] = t < 0 ? (real)nan("") : xs[(long long)t * channels];
        }
    }
}

extern "C" __global__ void over_time_backward(int kind, const real* x, const int* lengths,
                                              const real* dy, real* dx, int steps, int channels,
                                              long long n) {
    FOR_EACH(i, n) {
        int sequence = (unsigned)i / channels;
        int length = sequence_length(lengths, sequence, steps);
        long long first = (long long)sequence * steps * channels + (unsigned)i % channels;
        int best = kind == MEAN ? -1 : chosen(kind, x + first, length, channels);
        for (int t = 0; t < steps; t++) {
            bool counts = kind == MEAN ? t < length : t == best;
            real g = kind == MEAN ? dy[i] / length : dy[i];
            dx[first + (long long)t * channels] = counts ? g : 0;
        }
    }
}
