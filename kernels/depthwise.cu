// Depthwise convolution in 1 or 2 dimensions: each channel of x alone gives M channels of y.
//
//   x   (N, C, H, W)   w (K, 1, R, S), K = M C   y (N, K, OH, OW)
//   c = k / M, h = oh * stride + r * dilation - padding, w in the same way
//
//   depthwise_forward          y[n,k,oh,ow] = sum over r, s             of w[k,r,s] x[n,c,h,w]
//   depthwise_backward_data    dx[n,c,h,w]  = sum over k, oh, ow, r, s  of w[k,r,s] dy[n,k,oh,ow]
//   depthwise_backward_filter  dw[k,r,s]    = sum over n, oh, ow        of dy[n,k,oh,ow] x[n,c,h,w]
//
// A block copies what a tile of the result needs into shared memory, with 0 for the padding, so
// that each number is read once. Small images share a block: `columns` times `rows` threads have a
// tile, and THREADS / (columns * rows) images are done at a time.
//
// The gradient of w is for kernels of 3x3, 5x5 and 7x7: a thread keeps a sum for each of their
// elements. A block adds over the samples of one of `splits` parts; depthwise_sum adds the parts.
//
//   partial (splits, K, R, S)
//
// Launch: block THREADS, columns and rows powers of 2, dynamic shared memory for a window of each
// image; grid: images over images at a time, times tiles of an image; for w K * splits.
// depthwise_sum: any 1-d block and grid, n = K R S.
// Deterministic: each number is summed in an order that depends on the sizes alone.
//
// Spills: some 12 bytes on sm_100 and sm_120, which ptxas 13.0 chooses itself: it may take 255
// registers.

#include "convolution.cuh"
#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

// The windows of all images of a block.
extern __shared__ real windows[];

// A thread's place: its image of those at a time, and its row and column in the tile.
struct Place {
    int image;
    int row;
    int column;

    __device__ Place(int rows, int columns)
        : image(threadIdx.x / columns / rows),
          row(threadIdx.x / columns % rows),
          column(threadIdx.x % columns) {}
};

__device__ static int over(int n, int tile) { return (n + tile - 1) / tile; }

// The inputs, or for dx at most so many outputs, that a tile of this size meets.
__device__ static int inputs_of(const Axis& axis, int tile) {
    return (tile - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
}
__device__ static int outputs_of(const Axis& axis, int tile) {
    return (tile - 1 + (axis.kernel - 1) * axis.dilation) / axis.stride + 2;
}

// Copies window (rows, columns) of an image, from row `top` and column `left`; 0 outside it.
__device__ static void copy(const real* image, int height, int width, int top, int left, int rows,
                            int columns, int thread, int threads, real* window) {
    for (int i = thread; i < rows * columns; i += threads) {
        int h = top + i / columns;
        int w = left + i % columns;
        bool inside = h >= 0 && h < height && w >= 0 && w < width;
        window[i] = inside ? image[h * width + w] : 0;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    depthwise_forward(const real* x, const real* w, real* y, Convolution v, int rows,
                      int columns) {
    const Axis vertical = v.axis[1];
    const Axis horizontal = v.axis[2];
    Place p(rows, columns);
    int across = over(horizontal.out, columns);
    int tiles = over(vertical.out, rows) * across;
    int top = blockIdx.x % tiles / across * rows;
    int left = blockIdx.x % tiles % across * columns;
    int threads = rows * columns;
    int plane = blockIdx.x / tiles * (THREADS / threads) + p.image;
    bool live = plane < v.samples * v.outputs;
    int k = plane % v.outputs;
    int height = inputs_of(vertical, rows);
    int width = inputs_of(horizontal, columns);
    real* window = windows + p.image * height * width;
    if (live) {
        int from = plane / v.outputs * v.inputs + k / v.group_outputs();
        copy(x + from * v.image(), vertical.in, horizontal.in, vertical.input(top, 0),
             horizontal.input(left, 0), height, width, threadIdx.x % threads, threads, window);
    }
    __syncthreads();
    int oh = top + p.row;
    int ow = left + p.column;
    if (!live || oh >= vertical.out || ow >= horizontal.out) return;
    real sum = 0;
    for (int r = 0; r < vertical.kernel; r++) {
        for (int s = 0; s < horizontal.kernel; s++) {
            int h = p.row * vertical.stride + r * vertical.dilation;
            int at = h * width + p.column * horizontal.stride + s * horizontal.dilation;
            sum += w[k * v.taps() + r * horizontal.kernel + s] * window[at];
        }
    }
    y[(plane * vertical.out + oh) * horizontal.out + ow] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    depthwise_backward_data(const real* w, const real* dy, real* dx, Convolution v, int rows,
                            int columns) {
    const Axis vertical = v.axis[1];
    const Axis horizontal = v.axis[2];
    Place p(rows, columns);
    int across = over(horizontal.in, columns);
    int tiles = over(vertical.in, rows) * across;
    int top = blockIdx.x % tiles / across * rows;
    int left = blockIdx.x % tiles % across * columns;
    int threads = rows * columns;
    int plane = blockIdx.x / tiles * (THREADS / threads) + p.image;
    bool live = plane < v.samples * v.inputs;
    int h = top + p.row;
    int column = left + p.column;
    int height = outputs_of(vertical, rows);
    int width = outputs_of(horizontal, columns);
    real* window = windows + p.image * height * width;
    // Where they are below 0 and rounded up, no output is lost: there are none below 0.
    int first_row =
        (top + vertical.padding - (vertical.kernel - 1) * vertical.dilation) / vertical.stride;
    int first_column =
        (left + horizontal.padding - (horizontal.kernel - 1) * horizontal.dilation) /
        horizontal.stride;
    real sum = 0;
    for (int m = 0; m < v.group_outputs(); m++) {
        int k = plane % v.inputs * v.group_outputs() + m;
        __syncthreads();
        if (live) {
            copy(dy + (plane / v.inputs * v.outputs + k) * v.positions(), vertical.out,
                 horizontal.out, first_row, first_column, height, width, threadIdx.x % threads,
                 threads, window);
        }
        __syncthreads();
        if (!live) continue;
        for (int r = 0; r < vertical.kernel; r++) {
            int oh = vertical.output(h, r);
            if (oh < 0) continue;
#pragma unroll 1
            for (int s = 0; s < horizontal.kernel; s++) {
                int ow = horizontal.output(column, s);
                if (ow < 0) continue;
                sum += w[k * v.taps() + r * horizontal.kernel + s] *
                       window[(oh - first_row) * width + ow - first_column];
            }
        }
    }
    if (live && h < vertical.in && column < horizontal.in) {
        dx[(plane * vertical.in + h) * horizontal.in + column] = sum;
    }
}

template <int SIZE>
__device__ static void backward_filter(const real* x, const real* dy, real* partial,
                                       const Convolution& v, int rows, int columns, int splits) {
    const Axis vertical = v.axis[1];
    const Axis horizontal = v.axis[2];
    Place p(rows, columns);
    int k = blockIdx.x / splits;
    int split = blockIdx.x % splits;
    int threads = rows * columns;
    int height = inputs_of(vertical, rows);
    int width = inputs_of(horizontal, columns);
    real* window = windows + p.image * height * width;
    int of_split = over(v.samples, splits);
    int end = min(v.samples, (split + 1) * of_split);
    real sum[SIZE * SIZE] = {};
    for (int first = split * of_split; first < end; first += THREADS / threads) {
        int sample = first + p.image;
        for (int top = 0; top < vertical.out; top += rows) {
            for (int left = 0; left < horizontal.out; left += columns) {
                __syncthreads();
                if (sample < end) {
                    copy(x + (sample * v.inputs + k / v.group_outputs()) * v.image(), vertical.in,
                         horizontal.in, vertical.input(top, 0), horizontal.input(left, 0), height,
                         width, threadIdx.x % threads, threads, window);
                }
                __syncthreads();
                int oh = top + p.row;
                int ow = left + p.column;
                if (sample >= end || oh >= vertical.out || ow >= horizontal.out) continue;
                real g = dy[((sample * v.outputs + k) * vertical.out + oh) * horizontal.out + ow];
#pragma unroll
                for (int r = 0; r < SIZE; r++) {
#pragma unroll
                    for (int s = 0; s < SIZE; s++) {
                        int h = p.row * vertical.stride + r * vertical.dilation;
                        int w = p.column * horizontal.stride + s * horizontal.dilation;
                        sum[r * SIZE + s] += g * window[h * width + w];
                    }
                }
            }
        }
    }
#pragma unroll
    for (int tap = 0; tap < SIZE * SIZE; tap++) {
        double of_block = block_sum((double)sum[tap]);
        if (threadIdx.x == 0) {
            partial[(split * v.outputs + k) * SIZE * SIZE + tap] = (real)of_block;
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    depthwise_backward_filter_3(const real* x, const real* dy, real* partial, Convolution v,
                                int rows, int columns, int splits) {
    backward_filter<3>(x, dy, partial, v, rows, columns, splits);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    depthwise_backward_filter_5(const real* x, const real* dy, real* partial, Convolution v,
                                int rows, int columns, int splits) {
    backward_filter<5>(x, dy, partial, v, rows, columns, splits);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    depthwise_backward_filter_7(const real* x, const real* dy, real* partial, Convolution v,
                                int rows, int columns, int splits) {
    backward_filter<7>(x, dy, partial, v, rows, columns, splits);
}

extern "C" __global__ void depthwise_sum(const real* partial, real* dw, int splits, int n) {
    FOR_EACH(i, n) {
        double sum = 0;
        for (int split = 0; split < splits; split++) sum += partial[(long long)split * n + i];
        dw[i] = (real)sum;
    }
}
