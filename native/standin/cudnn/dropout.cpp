// y = mask x / (1 - rate). Which elements a mask drops is cuDNN's own secret: the stand-in's are
// others, drawn by SplitMix64 from the seed and a counter that the states hold, so that a captured
// graph draws anew at every launch.
#include "dropout.h"

#include <cstring>

namespace {

// As many as a GPU with a state a thread might ask for; the first words are used.
constexpr size_t STATE_BYTES = 1 << 16;

struct State {
    uint64_t seed;
    uint64_t drawn;

    // The next number of the sequence, uniform in [0, 1).
    double next() {
        uint64_t z = seed + ++drawn * 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
    }
};

}  // namespace

std::vector<bool> draw_mask(const char* call, const DropoutDescriptor& dropout, size_t count) {
    std::vector<bool> mask(count, true);
    if (dropout.rate == 0) return mask;
    standin::device(call, "states", dropout.states, STATE_BYTES, standin::Access::ReadWrite);
    auto* state = static_cast<State*>(dropout.states);
    for (size_t i = 0; i < count; i++) {
        mask[i] = state->next() >= static_cast<double>(dropout.rate);
    }
    return mask;
}

double keep_factor(const DropoutDescriptor& dropout) {
    return dropout.rate < 1 ? 1 / (1 - static_cast<double>(dropout.rate)) : 0;
}

size_t mask_bytes(size_t count) { return (count + 31) / 32 * 4; }

void write_mask(const char* call, void* reserve, const std::vector<bool>& mask) {
    standin::device(call, "reserveSpace", reserve, mask_bytes(mask.size()), standin::Access::Write);
    auto* words = static_cast<uint32_t*>(reserve);
    std::memset(words, 0, mask_bytes(mask.size()));
    for (size_t i = 0; i < mask.size(); i++) {
        if (mask[i]) words[i / 32] |= uint32_t{1} << i % 32;
    }
}

std::vector<bool> read_mask(const char* call, const void* reserve, size_t count) {
    standin::device(call, "reserveSpace", reserve, mask_bytes(count), standin::Access::Read);
    auto* words = static_cast<const uint32_t*>(reserve);
    std::vector<bool> mask(count);
    for (size_t i = 0; i < count; i++) mask[i] = (words[i / 32] >> i % 32 & 1) != 0;
    return mask;
}

CUDNN_CALL(cudnnCreateDropoutDescriptor)(DropoutDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyDropoutDescriptor)(DropoutDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "dropoutDesc"); });
}

CUDNN_CALL(cudnnDropoutGetStatesSize)(Handle* handle, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(bytes != nullptr);
        *bytes = STATE_BYTES;
    });
}

CUDNN_CALL(cudnnDropoutGetReserveSpaceSize)(const TensorDescriptor* x, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        require(bytes != nullptr);
        *bytes = mask_bytes(tensor(x, "xdesc").count());
    });
}

namespace {

void set(DropoutDescriptor* descriptor, float rate, void* states, size_t bytes,
         unsigned long long seed) {
    require(rate >= 0 && rate <= 1);
    require(states == nullptr || bytes >= STATE_BYTES);
    DropoutDescriptor& target = live(descriptor, "dropoutDesc");
    target.rate = rate;
    target.states = states;
    target.state_bytes = bytes;
    target.seed = seed;
}

}  // namespace

// Null states leave them as they are: then there must be nothing to draw.
CUDNN_CALL(cudnnSetDropoutDescriptor)
(DropoutDescriptor* descriptor, Handle* handle, float rate, void* states, size_t bytes,
 unsigned long long seed) {
    return answer(__func__, [&](const char* call) {
        live(handle, "handle");
        set(descriptor, rate, states, bytes, seed);
        if (states == nullptr) return;
        submit(handle, call, [=] {
            standin::device(call, "states", states, STATE_BYTES, standin::Access::Write);
            std::memset(states, 0, STATE_BYTES);
            *static_cast<State*>(states) = {seed, 0};
        });
    });
}

CUDNN_CALL(cudnnRestoreDropoutDescriptor)
(DropoutDescriptor* descriptor, Handle* handle, float rate, void* states, size_t bytes,
 unsigned long long seed) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(states != nullptr);
        set(descriptor, rate, states, bytes, seed);
    });
}

CUDNN_CALL(cudnnGetDropoutDescriptor)
(const DropoutDescriptor* descriptor, Handle* handle, float* rate, void** states,
 unsigned long long* seed) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        const DropoutDescriptor& source = live(descriptor, "dropoutDesc");
        answer_with(rate, source.rate);
        answer_with(states, source.states);
        answer_with(seed, source.seed);
    });
}

CUDNN_CALL(cudnnDropoutForward)
(Handle* handle, const DropoutDescriptor* descriptor, const TensorDescriptor* x_desc, const void* x,
 const TensorDescriptor* y_desc, void* y, void* reserve, size_t bytes) {
    return answer(__func__, [&](const char* call) {
        const DropoutDescriptor d = live(descriptor, "dropoutDesc");
        const Tensor xt = tensor(x_desc, "xdesc"), yt = tensor(y_desc, "ydesc");
        require(x != nullptr && y != nullptr && reserve != nullptr);
        require(xt.count() == yt.count() && xt.type == yt.type && bytes >= mask_bytes(xt.count()));
        require(d.states != nullptr || d.rate == 0);
        support(is_floating(xt.type) && xt.same_dims(yt));
        submit(handle, call, [=] {
            std::vector<double> values = read(call, "x", xt, x);
            std::vector<bool> mask = draw_mask(call, d, values.size());
            for (size_t i = 0; i < values.size(); i++) {
                values[i] = mask[i] ? values[i] * keep_factor(d) : 0;
            }
            write_mask(call, reserve, mask);
            write(call, "y", yt, y, values);
        });
    });
}

CUDNN_CALL(cudnnDropoutBackward)
(Handle* handle, const DropoutDescriptor* descriptor, const TensorDescriptor* dy_desc,
 const void* dy, const TensorDescriptor* dx_desc, void* dx, void* reserve, size_t bytes) {
    return answer(__func__, [&](const char* call) {
        const DropoutDescriptor d = live(descriptor, "dropoutDesc");
        const Tensor dyt = tensor(dy_desc, "dydesc"), dxt = tensor(dx_desc, "dxdesc");
        require(dy != nullptr && dx != nullptr && reserve != nullptr);
        require(dyt.count() == dxt.count() && dyt.type == dxt.type);
        require(bytes >= mask_bytes(dyt.count()));
        support(is_floating(dyt.type) && dyt.same_dims(dxt));
        submit(handle, call, [=] {
            std::vector<double> gradient = read(call, "dy", dyt, dy);
            std::vector<bool> mask = read_mask(call, reserve, gradient.size());
            for (size_t i = 0; i < gradient.size(); i++) {
                gradient[i] = mask[i] ? gradient[i] * keep_factor(d) : 0;
            }
            write(call, "dx", dxt, dx, gradient);
        });
    });
}
