// Embedding: rows of a table by indices.
//
//   x   (N)     indices, 0 <= x[i] < V
//   w   (V, D)
//   y   (N, D)  y[i] = w[x[i]], or 0 where `zero` is the index
//   dy  (N, D)
//   dw  (V, D)  dw[v] = sum of dy[i] over x[i] = v, 0 for `padding`
//
// zero and padding are -1 for none. An index out of range gives NaN, and no gradient.
//
// Launch: embedding_forward any 1-d block and grid; embedding_backward block THREADS, grid
// V ceil(D / THREADS): a block for THREADS columns of a row of dw, which looks for its row among
// THREADS indices at a time. Deterministic: it adds in the order of the indices, in float64, and
// there are no atomics.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define WARPS (THREADS / 32)

extern "C" __global__ void embedding_forward(const int* x, const real* w, real* y, int zero,
                                             int rows, int columns, long long n) {
    FOR_EACH(i, n) {
        int row = x[(unsigned)i / columns];
        int column = (unsigned)i % columns;
        real value = (real)nan("");
        if (row >= 0 && row < rows) value = w[(long long)row * columns + column];
        y[i] = row >= 0 && row == zero ? 0 : value;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    embedding_backward(const int* x, const real* dy, real* dw, int padding, int columns, int n) {
    __shared__ unsigned matches[WARPS];
    int tiles = (columns + THREADS - 1) / THREADS;
    int row = blockIdx.x / tiles;
    int column = blockIdx.x % tiles * THREADS + threadIdx.x;
    double sum = 0;
    for (int first = 0; row != padding && first < n; first += THREADS) {
        int i = first + threadIdx.x;
        unsigned lanes = __ballot_sync(ALL_LANES, i < n && x[i] == row);
        __syncthreads();
        if (threadIdx.x % 32 == 0) matches[threadIdx.x / 32] = lanes;
        __syncthreads();
        for (int warp = 0; column < columns && warp < WARPS; warp++) {
            for (unsigned left = matches[warp]; left != 0; left &= left - 1) {
                long long at = first + 32 * warp + __ffs((int)left) - 1;
                sum += dy[at * columns + column];
            }
        }
    }
    if (column < columns) dw[(long long)row * columns + column] = (real)sum;
}
