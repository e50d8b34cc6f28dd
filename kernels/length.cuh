// How many steps a sequence has.
#pragma once

// From 0 to `steps`, whatever stands in `lengths` (N); null where all sequences have all steps.
__device__ inline int sequence_length(const int* lengths, int n, int steps) {
    return lengths == nullptr ? steps : max(0, min(lengths[n], steps));
}
