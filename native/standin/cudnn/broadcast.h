// Tensors whose dimensions are 1 where another's are greater.
#pragma once

#include "tensor.h"

// True if every dimension of `small` is that of `large`, or 1.
bool fits(const Tensor& small, const Tensor& large);

// For every element of `large` in row-major order, the index of the element of `small` that it goes
// with.
std::vector<size_t> broadcast(const Tensor& small, const Tensor& large);
