// Dropout: its descriptor, and masks that its states and reserve space hold.
#pragma once

#include <cstdint>

#include "api.h"

struct DropoutDescriptor {
    static constexpr const char* KIND = "cuDNN dropout descriptor";
    float rate = 0;
    void* states = nullptr;
    size_t state_bytes = 0;
    unsigned long long seed = 0;
};

// Draws the next mask of so many elements from the states, which move on: true keeps an element.
// To be called when the work runs.
std::vector<bool> draw_mask(const char* call, const DropoutDescriptor& dropout, size_t count);

// What a kept element is multiplied by.
double keep_factor(const DropoutDescriptor& dropout);

// A bit an element, in words of 32.
size_t mask_bytes(size_t count);

void write_mask(const char* call, void* reserve, const std::vector<bool>& mask);

std::vector<bool> read_mask(const char* call, const void* reserve, size_t count);
