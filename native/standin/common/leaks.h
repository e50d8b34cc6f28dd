// Handles of libraries that are alive, by kind.
#pragma once

#include <map>
#include <string>

namespace standin {

const std::map<std::string, int>& live_handles();

}  // namespace standin
