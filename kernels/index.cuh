// Elements shared out among all threads of a one-dimensional launch: any block, any grid.
#pragma once

#define FOR_EACH(i, n)                                                             \
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < (n); \
         i += (long long)gridDim.x * blockDim.x)
