// Sums as a GPU takes them: in float for all but double, by the threads of a warp.
#pragma once

#include <cstddef>

#include "number.h"

namespace standin {

// What sums are taken in.
enum class Sums { Float, Double };

// Whole numbers are added in double, where all of them are exact.
inline Sums sums_for(Number number) {
    bool exact = number == Number::F64 || number == Number::I32;
    return exact ? Sums::Double : Sums::Float;
}

// A value as a variable holds it that sums are taken in.
inline double held(Sums sums, double value) {
    return sums == Sums::Float ? static_cast<double>(static_cast<float>(value)) : value;
}

// 32 threads take the summands in turn; what they have is added pairwise. A product of two floats
// is exact as a summand, so that it is fused into its addition.
class Sum {
 public:
    explicit Sum(Sums kind) : sums(kind) {}

    void add(double summand) {
        if (sums == Sums::Double) {
            exact += summand;
            return;
        }
        float& lane = lanes[count++ % LANES];
        lane = static_cast<float>(static_cast<double>(lane) + summand);
    }

    double get() const {
        if (sums == Sums::Double) return exact;
        float all[LANES];
        for (size_t i = 0; i < LANES; i++) all[i] = lanes[i];
        for (size_t half = LANES / 2; half > 0; half /= 2) {
            for (size_t i = 0; i < half; i++) all[i] += all[i + half];
        }
        return static_cast<double>(all[0]);
    }

 private:
    static constexpr size_t LANES = 32;
    Sums sums;
    size_t count = 0;
    float lanes[LANES] = {};
    double exact = 0;
};

}  // namespace standin
