// One execution of a convolution's algorithm, with the faults that a test has planted in it.
#pragma once

#include "algorithms.h"

class Execution {
 public:
    // Refuses an algorithm that cannot do this convolution, a workspace that is too small, and what
    // a test has it refuse.
    Execution(const std::vector<Algorithm>& all, int id, const Convolution& v, void* space,
              size_t bytes);

    // In the work, before it computes.
    void begin(const char* call) const;

    // x, w or dy as the algorithm takes it: what tensor cores cannot hold is rounded.
    std::vector<double> factor(std::vector<double> values) const;

    // y = alpha result + beta y, as the last of the work.
    void end(const char* call, const char* argument, const Tensor& y, void* p,
             std::vector<double> result, Scale scale) const;

 private:
    void* space;
    size_t wanted;
    bool rounds;
    bool wrong, overruns;
};
