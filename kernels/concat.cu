// Copies rows between tensors whose rows have different lengths: joining and splitting.
//
//   from  (R, from_length)
//   to    (R, to_length)    to[r, to_first + i] = from[r, from_first + i]  for i < count
//
// Launch: any 1-d block and grid.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void copy_rows(const real* from, int from_length, int from_first, real* to,
                                     int to_length, int to_first, int count, long long n) {
    FOR_EACH(k, n) {
        long long r = (unsigned)k / count;
        int i = (unsigned)k % count;
        to[r * to_length + to_first + i] = from[r * from_length + from_first + i];
    }
}
