// The few words of CUDA that no macro can give a meaning to.
#pragma once

#include <string>
#include <vector>

namespace standin {

struct KernelName {
    std::string qualified;    // with its namespaces
    std::string max_threads;  // of __launch_bounds__, or "0"
};

struct Rewritten {
    std::string source;
    std::vector<KernelName> kernels;  // that are no templates
};

// Turns a preprocessed CUDA source into C++, line by line:
//
//   __global__                  a function that is kept apart and can be found by name
//   __launch_bounds__(n)        nothing, but n is noted
//   __shared__ T x[n];          a variable of the thread of the host that runs the block
//   extern __shared__ T x[];    a pointer to the launch's dynamic shared memory
Rewritten rewrite(const std::string& source);

}  // namespace standin
