// Compiling a program with g++.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace standin {

struct Program {
    std::string source, name;
    std::vector<std::pair<std::string, std::string>> headers;  // name, text
    std::vector<std::string> expressions;                      // names of kernels to instantiate

    std::string log;
    std::vector<char> object;
    int architecture = 52;                                     // 90 for sm_90; NVRTC's default
    bool real_architecture = false;                            // sm_90, not compute_90
    std::vector<std::pair<std::string, std::string>> lowered;  // expression, symbol
};

enum class Compiled { Yes, BadOption, Error };

// Fills the lower half of the program. Errors stand in the log, as "name(line): error: message".
Compiled compile(Program* program, const std::vector<std::string>& options);

}  // namespace standin
