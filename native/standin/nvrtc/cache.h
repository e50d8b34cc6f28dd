// Objects that are kept between runs, beside the libraries.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compile.h"

namespace standin {

// What an object depends on: the program, the compiler and its flags, and the headers of ours in
// `headers`. Empty where files of the user's folders may be included: such an object is not kept.
std::string cache_key(const Program& program, const std::vector<std::string>& flags,
                      const std::filesystem::path& headers);

// Keeps an object; written beside and renamed, so that nobody reads half of it.
void keep(const std::filesystem::path& object, const std::filesystem::path& kept);

}  // namespace standin
