#include "number.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace standin {

namespace {

// The significand bits of a binary float below 64 bits, and the exponents of its normal numbers.
struct Format {
    int fraction_bits;
    int least_exponent;
    int greatest_exponent;
};

constexpr Format HALF = {10, -14, 15};
constexpr Format BFLOAT16 = {7, -126, 127};

double from_bits(uint16_t bits, Format format) {
    int fraction_mask = (1 << format.fraction_bits) - 1;
    int exponent_mask = 0x7fff >> format.fraction_bits;
    int fraction = bits & fraction_mask;
    int exponent = (bits >> format.fraction_bits) & exponent_mask;
    double sign = bits & 0x8000 ? -1 : 1;
    if (exponent == exponent_mask) {
        return fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                             : sign * std::numeric_limits<double>::infinity();
    }
    if (exponent == 0) {
        return sign * std::ldexp(fraction, format.least_exponent - format.fraction_bits);
    }
    return sign * std::ldexp(fraction | (fraction_mask + 1),
                             exponent - 1 + format.least_exponent - format.fraction_bits);
}

uint16_t to_bits(double value, Format format) {
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    uint16_t infinity =
            static_cast<uint16_t>(0x7fff >> format.fraction_bits << format.fraction_bits);
    if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7fff);
    double magnitude = std::fabs(value);
    if (magnitude == 0) return sign;
    if (std::isinf(magnitude)) return sign | infinity;
    int exponent = std::max(std::ilogb(magnitude), format.least_exponent);
    // The number in units of its last place, rounded to nearest even by the default rounding mode.
    // A carry out of the significand runs into the exponent, and out of that into infinity.
    double units = std::nearbyint(std::ldexp(magnitude, format.fraction_bits - exponent));
    int64_t below = static_cast<int64_t>(exponent - format.least_exponent) << format.fraction_bits;
    int64_t bits = below + static_cast<int64_t>(units);
    return exponent > format.greatest_exponent || bits >= infinity
                   ? sign | infinity
                   : static_cast<uint16_t>(sign | bits);
}

template <class T>
T saturated(double value) {
    if (std::isnan(value)) return 0;
    double rounded = std::nearbyint(value);
    if (rounded <= std::numeric_limits<T>::min()) return std::numeric_limits<T>::min();
    if (rounded >= std::numeric_limits<T>::max()) return std::numeric_limits<T>::max();
    return static_cast<T>(rounded);
}

}  // namespace

double decode(Half value) { return from_bits(value.bits, HALF); }

double decode(BFloat16 value) {
    uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

void encode(double value, Half* to) { to->bits = to_bits(value, HALF); }
void encode(double value, BFloat16* to) { to->bits = to_bits(value, BFLOAT16); }
void encode(double value, int8_t* to) { *to = saturated<int8_t>(value); }
void encode(double value, uint8_t* to) { *to = saturated<uint8_t>(value); }
void encode(double value, int32_t* to) { *to = saturated<int32_t>(value); }

double load(Number number, const void* p, size_t index) {
    return with_type(number, [=](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        return decode(static_cast<const T*>(p)[index]);
    });
}

void store(Number number, void* p, size_t index, double value) {
    with_type(number, [=](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        encode(value, static_cast<T*>(p) + index);
    });
}

double rounded_to_tf32(double value) {
    constexpr uint32_t kDropped = 13;
    auto narrow = static_cast<float>(value);
    uint32_t bits;
    std::memcpy(&bits, &narrow, sizeof bits);
    if (std::isfinite(narrow)) bits = (bits + (1U << (kDropped - 1))) >> kDropped << kDropped;
    std::memcpy(&narrow, &bits, sizeof bits);
    return static_cast<double>(narrow);
}

double rounded(Number number, double value) {
    double scratch;
    store(number, &scratch, 0, value);
    return load(number, &scratch, 0);
}

}  // namespace standin
