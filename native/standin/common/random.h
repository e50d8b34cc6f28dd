// What the stand-in draws: the order of whatever CUDA leaves without one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

namespace standin {

// RETROGRAD_STANDIN_SEED; 0, the default, keeps the natural order.
uint64_t seed();

// SplitMix64's output function.
uint64_t mix(uint64_t x);

// A bijection of 0 ... n - 1: i -> (a i + b) mod n, with a prime to n; the identity for seed 0.
class Order {
 public:
    Order(size_t n, uint64_t salt) : n(n), a(1), b(0) {
        if (seed() == 0 || n < 2) return;
        uint64_t bits = mix(seed() ^ mix(salt));
        b = bits % n;
        a = (bits >> 32) % n | 1;
        while (std::gcd(a, n) != 1) a++;
    }

    size_t operator()(size_t i) const {
        return static_cast<size_t>((static_cast<unsigned __int128>(a) * i + b) % n);
    }

 private:
    size_t n, a, b;
};

}  // namespace standin
