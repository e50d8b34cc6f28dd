// Where tensors have the elements that belong to each element of a whole.
#pragma once

// Sizes of the whole, and how far apart neighbours lie in two tensors: 0 where one element counts
// for all of a dimension.
struct Overlay {
    int rank;
    int size[8];
    int a[8];
    int b[8];
};

// Where the tensors have what belongs to element k of the whole.
__device__ inline void locate(const Overlay& t, long long k, long long* a, long long* b) {
    unsigned rest = (unsigned)k;
    *a = 0;
    *b = 0;
    for (int d = t.rank - 1; d >= 0; d--) {
        int at = rest % t.size[d];
        rest /= t.size[d];
        *a += (long long)at * t.a[d];
        *b += (long long)at * t.b[d];
    }
}
