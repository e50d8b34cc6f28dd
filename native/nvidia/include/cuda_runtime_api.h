// What cuDNN's headers name of CUDA's, so that they compile without a toolkit.
#pragma once
typedef struct CUstream_st* cudaStream_t;
typedef struct CUgraph_st* cudaGraph_t;
