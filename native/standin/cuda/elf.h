// What is read of a shared object beside what dlopen tells.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "module.h"

namespace standin {

// Bytes of the ELF image at p for this machine, or 0 if it is none.
size_t elf_bytes(const void* p);

// The variables in thread-local memory of an ELF image, by offset.
std::vector<CUmod_st::Shared> thread_local_variables(const std::vector<char>& image);

}  // namespace standin
