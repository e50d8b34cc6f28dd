// Convolution by its definition, of any shape, in 1 to 3 dimensions.
//
//   x   (N, C, in...)   w (K, C/groups, kernel...)   y (N, K, out...)
//   i = o * stride + r * dilation - padding in each dimension; x is 0 outside its sizes
//
//   convolution_forward          y[n,k,o]  = sum over c, r    of w[k,c,r] x[n,c,i]
//   convolution_backward_data    dx[n,c,i] = sum over k, o, r of w[k,c,r] dy[n,k,o]
//   convolution_backward_filter  dw[k,c,r] = sum over n, o    of dy[n,k,o] x[n,c,i]
//
// c runs over the channels of k's group, k over those of c's group. A thread computes TILE channels
// of the result at one position, so that it reads each number of the other tensor once for all of
// them; in convolution_backward_filter a block does so, and adds what its threads found in float64.
//
// Launch: convolution_forward and convolution_backward_data any 1-d block and grid, n = N, groups,
// tiles of channels in a group and positions multiplied; convolution_backward_filter block up
// to THREADS, a multiple of 32, grid K, tiles of C/groups and elements of a filter multiplied.
// Deterministic: each number is summed in an order that depends on the sizes alone.

#include "convolution.cuh"
#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define TILE 4

// One element of a filter: where it lies in each dimension.
#define FOR_EACH_TAP(v, a, r, s)                    \
    for (int a = 0; a < (v).axis[0].kernel; a++)     \
        for (int r = 0; r < (v).axis[1].kernel; r++) \
            for (int s = 0; s < (v).axis[2].kernel; s++)

__device__ static int tiles(int channels) { return (channels + TILE - 1) / TILE; }

// What thread i computes: channels first ... first + count - 1 of a group of a sample, at d, h, w.
struct Place {
    int sample;
    int group;
    int first;
    int count;
    int at[3];

    __device__ Place(int i, int groups, int channels, int height, int width, int positions) {
        int position = i % positions;
        at[2] = position % width;
        at[1] = position / width % height;
        at[0] = position / width / height;
        i /= positions;
        first = i % tiles(channels) * TILE;
        count = min(TILE, channels - first);
        i /= tiles(channels);
        group = i % groups;
        sample = i / groups;
    }
};

extern "C" __global__ void convolution_forward(const real* x, const real* w, real* y, Convolution v,
                                               int n) {
    int image = v.image();
    int taps = v.taps();
    int channels = v.group_inputs();
    FOR_EACH(i, n) {
        Place p((int)i, v.groups, v.group_outputs(), v.axis[1].out, v.axis[2].out, v.positions());
        int k = p.group * v.group_outputs() + p.first;
        const real* of_x = x + (p.sample * v.inputs + p.group * channels) * image;
        const real* of_w = w + k * channels * taps;
        real sum[TILE] = {};
        FOR_EACH_TAP(v, a, r, s) {
            int id = v.axis[0].input(p.at[0], a);
            int ih = v.axis[1].input(p.at[1], r);
            int iw = v.axis[2].input(p.at[2], s);
            if (!v.axis[0].inside(id) || !v.axis[1].inside(ih) || !v.axis[2].inside(iw)) continue;
            int from = (id * v.axis[1].in + ih) * v.axis[2].in + iw;
            int tap = (a * v.axis[1].kernel + r) * v.axis[2].kernel + s;
            for (int c = 0; c < channels; c++) {
                real value = of_x[c * image + from];
                for (int t = 0; t < TILE; t++) {
                    if (t < p.count) sum[t] += of_w[(t * channels + c) * taps + tap] * value;
                }
            }
        }
        int position = (int)i % v.positions();
        for (int t = 0; t < TILE; t++) {
            if (t < p.count) {
                y[(p.sample * v.outputs + k + t) * v.positions() + position] = sum[t];
            }
        }
    }
}

extern "C" __global__ void convolution_backward_data(const real* w, const real* dy, real* dx,
                                                     Convolution v, int n) {
    int positions = v.positions();
    int taps = v.taps();
    int channels = v.group_outputs();
    FOR_EACH(i, n) {
        Place p((int)i, v.groups, v.group_inputs(), v.axis[1].in, v.axis[2].in, v.image());
        int k = p.group * channels;
        const real* of_dy = dy + (p.sample * v.outputs + k) * positions;
        const real* of_w = w + (k * v.group_inputs() + p.first) * taps;
        real sum[TILE] = {};
        FOR_EACH_TAP(v, a, r, s) {
            int od = v.axis[0].output(p.at[0], a);
            int oh = v.axis[1].output(p.at[1], r);
            int ow = v.axis[2].output(p.at[2], s);
            if (od < 0 || oh < 0 || ow < 0) continue;
            int from = (od * v.axis[1].out + oh) * v.axis[2].out + ow;
            int tap = (a * v.axis[1].kernel + r) * v.axis[2].kernel + s;
            for (int c = 0; c < channels; c++) {
                real value = of_dy[c * positions + from];
                for (int t = 0; t < TILE; t++) {
                    if (t < p.count) {
                        sum[t] += of_w[(c * v.group_inputs() + t) * taps + tap] * value;
                    }
                }
            }
        }
        int c = p.group * v.group_inputs() + p.first;
        int position = (int)i % v.image();
        for (int t = 0; t < TILE; t++) {
            if (t < p.count) dx[(p.sample * v.inputs + c + t) * v.image() + position] = sum[t];
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    convolution_backward_filter(const real* x, const real* dy, real* dw, Convolution v) {
    int image = v.image();
    int positions = v.positions();
    int taps = v.taps();
    int tap = blockIdx.x % taps;
    int first = blockIdx.x / taps % tiles(v.group_inputs()) * TILE;
    int k = blockIdx.x / taps / tiles(v.group_inputs());
    int count = min(TILE, v.group_inputs() - first);
    int c = k / v.group_outputs() * v.group_inputs() + first;
    int s = tap % v.axis[2].kernel;
    int r = tap / v.axis[2].kernel % v.axis[1].kernel;
    int a = tap / v.axis[2].kernel / v.axis[1].kernel;
    real sum[TILE] = {};
    for (long long i = threadIdx.x; i < (long long)v.samples * positions; i += blockDim.x) {
        int sample = (int)i / positions;
        int o = (int)i % positions;
        int iw = v.axis[2].input(o % v.axis[2].out, s);
        int ih = v.axis[1].input(o / v.axis[2].out % v.axis[1].out, r);
        int id = v.axis[0].input(o / v.axis[2].out / v.axis[1].out, a);
        if (!v.axis[0].inside(id) || !v.axis[1].inside(ih) || !v.axis[2].inside(iw)) continue;
        int from = (id * v.axis[1].in + ih) * v.axis[2].in + iw;
        real g = dy[(sample * v.outputs + k) * positions + o];
        for (int t = 0; t < TILE; t++) {
            if (t < count) sum[t] += g * x[(sample * v.inputs + c + t) * image + from];
        }
    }
    for (int t = 0; t < count; t++) {
        double of_block = block_sum((double)sum[t]);
        if (threadIdx.x == 0) {
            dw[(k * v.group_inputs() + first + t) * taps + tap] = (real)of_block;
        }
    }
}
