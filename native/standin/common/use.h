// Runs submitted work, and counts its time.
#pragma once

#include <functional>

namespace standin {

void work(const std::function<void()>& body);

}  // namespace standin
