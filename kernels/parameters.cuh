// A model's parameters, as one launch takes them all: in chunks of at most CHUNK elements.
//
// Launch of a kernel over chunks: block THREADS, a block for each chunk.
#pragma once

#include "real.cuh"

#define THREADS 256

// Of one parameter: its values, its gradient, what an optimizer keeps of it, how an optimizer treats
// it, and how many there are; and all chunks of the same parameter. Parameters that an update leaves
// alone have no chunks.
struct Chunk {
    real* w;
    real* dw;
    real* slot[3];
    double rate;   // the factor of the learning rate
    double decay;  // of an optimizer that has any: its weight decay
    int count;
    int weight;  // 1 for weights, 0 for biases and scales: tensors of rank 0 and 1
    int first;   // the parameter's first chunk
    int chunks;  // and how many it has
};

// The index of each element of a chunk, shared out among the block's threads.
#define FOR_EACH_IN(chunk, i) for (int i = threadIdx.x; i < (chunk).count; i += THREADS)

// control[0] is the learning rate, before a parameter's factor, control[2] the number of the step,
// control[3] that of the batch among those of the step, both from 1.
#define LEARNING_RATE 0
#define STEP 2
#define OF_STEP 3

// A parameter's learning rate.
__device__ static inline double rate_of(const Chunk& chunk, const double* control) {
    return control[LEARNING_RATE] * chunk.rate;
}
