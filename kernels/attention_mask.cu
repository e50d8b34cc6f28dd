// Attention mask: scores of steps that must not be seen are replaced.
//
//   from, to  (N, heads, queries, keys)
//   lengths   (N)  of the sequences; null where all have all keys
//
//   to[n,h,t,s] = from[n,h,t,s] where s < lengths[n] and, if causal, s <= t; else otherwise
//
// Launch: any 1-d block and grid.

#include "index.cuh"
#include "length.cuh"
#include "real.cuh"

extern "C" __global__ void attention_mask(int causal, const real* from, const int* lengths,
                                          real otherwise, real* to, int heads, int queries, int keys,
                                          long long n) {
    FOR_EACH(k, n) {
        unsigned row = (unsigned)k / keys;
        int s = (unsigned)k % keys, t = row % queries;
        int length = sequence_length(lengths, row / queries / heads, keys);
        to[k] = s < length && (!causal || s <= t) ? from[k] : otherwise;
    }
}
