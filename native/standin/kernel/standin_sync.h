// Barriers of the block and of the warp, votes and shuffles.
#pragma once

// Where the call stands, for the runtime to compare and to name.
#define STANDIN_WHERE const char *file = __builtin_FILE(), int line = __builtin_LINE()
#define STANDIN_SITE(call)                  \
    standin_site site = {file, line, call}; \
    (void)site

constexpr unsigned STANDIN_ALL = 0xFFFFFFFFu;

STANDIN_RUNTIME void __syncthreads(STANDIN_WHERE) {
    STANDIN_SITE("__syncthreads");
    standin_barrier(0, &site);
}

STANDIN_RUNTIME int __syncthreads_count(int predicate, STANDIN_WHERE) {
    STANDIN_SITE("__syncthreads_count");
    return standin_barrier(predicate, &site);
}

STANDIN_RUNTIME int __syncthreads_or(int predicate, STANDIN_WHERE) {
    STANDIN_SITE("__syncthreads_or");
    return standin_barrier(predicate, &site) != 0;
}

STANDIN_RUNTIME int __syncthreads_and(int predicate, STANDIN_WHERE) {
    STANDIN_SITE("__syncthreads_and");
    return standin_barrier(!predicate, &site) == 0;
}

STANDIN_RUNTIME void __syncwarp(unsigned mask = STANDIN_ALL, STANDIN_WHERE) {
    STANDIN_SITE("__syncwarp");
    standin_warp(mask, nullptr, 0, nullptr, &site);
}

inline unsigned __activemask() { return standin_active_mask(); }

STANDIN_RUNTIME unsigned __ballot_sync(unsigned mask, int predicate, STANDIN_WHERE) {
    STANDIN_SITE("__ballot_sync");
    standin_word values[32];
    int vote = predicate != 0;
    unsigned present = standin_warp(mask, &vote, sizeof vote, values, &site);
    unsigned ballot = 0;
    for (int lane = 0; lane < 32; lane++) {
        if ((present >> lane & 1) && (values[lane] & 1)) ballot |= 1u << lane;
    }
    return ballot;
}

STANDIN_RUNTIME int __any_sync(unsigned mask, int predicate, STANDIN_WHERE) {
    STANDIN_SITE("__any_sync");
    standin_word values[32];
    int vote = predicate != 0;
    unsigned present = standin_warp(mask, &vote, sizeof vote, values, &site);
    int any = 0;
    for (int lane = 0; lane < 32; lane++) any |= (present >> lane & 1) && (values[lane] & 1);
    return any;
}

STANDIN_RUNTIME int __all_sync(unsigned mask, int predicate, STANDIN_WHERE) {
    return !__any_sync(mask, !predicate, file, line);
}

// The 32 bits, or 64, that the lane `source` gave.
template <class T>
STANDIN_RUNTIME T standin_exchange(unsigned mask, T value, int source, const standin_site* site) {
    static_assert(sizeof(T) <= 8, "shuffles move up to 8 bytes");
    standin_word given = standin_shuffle(mask, &value, sizeof value, source, site);
    T result;
    memcpy(&result, &given, sizeof result);
    return result;
}

// In each shuffle a lane whose source lies outside of its group of `width` keeps its own value.
template <class T>
STANDIN_RUNTIME T __shfl_sync(unsigned mask, T value, int source, int width = 32, STANDIN_WHERE) {
    STANDIN_SITE("__shfl_sync");
    int lane = static_cast<int>(standin_lane());
    int first = lane / width * width;
    return standin_exchange(mask, value, first + (source & (width - 1)), &site);
}

template <class T>
STANDIN_RUNTIME T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                                 STANDIN_WHERE) {
    STANDIN_SITE("__shfl_up_sync");
    int lane = static_cast<int>(standin_lane());
    int source = lane - static_cast<int>(delta);
    return standin_exchange(mask, value, source < lane / width * width ? lane : source, &site);
}

template <class T>
STANDIN_RUNTIME T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                                   STANDIN_WHERE) {
    STANDIN_SITE("__shfl_down_sync");
    int lane = static_cast<int>(standin_lane());
    int source = lane + static_cast<int>(delta);
    int end = lane / width * width + width;
    return standin_exchange(mask, value, source >= end ? lane : source, &site);
}

template <class T>
STANDIN_RUNTIME T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, STANDIN_WHERE) {
    STANDIN_SITE("__shfl_xor_sync");
    int lane = static_cast<int>(standin_lane());
    int source = lane ^ bits;
    int end = lane / width * width + width;
    return standin_exchange(mask, value, source >= end ? lane : source, &site);
}

template <class T>
STANDIN_RUNTIME unsigned __match_any_sync(unsigned mask, T value, STANDIN_WHERE) {
    STANDIN_SITE("__match_any_sync");
    standin_word values[32];
    unsigned present = standin_warp(mask, &value, sizeof value, values, &site);
    unsigned same = 0;
    for (int lane = 0; lane < 32; lane++) {
        if ((present >> lane & 1) && memcmp(&values[lane], &value, sizeof value) == 0) {
            same |= 1u << lane;
        }
    }
    return same;
}

#define STANDIN_REDUCE(type, name, start, expression)                                       \
    STANDIN_RUNTIME type __reduce_##name##_sync(unsigned mask, type value, STANDIN_WHERE) { \
        STANDIN_SITE("__reduce_" #name "_sync");                                            \
        standin_word values[32];                                                                \
        unsigned present = standin_warp(mask, &value, sizeof value, values, &site);         \
        type a = start;                                                                     \
        for (int lane = 0; lane < 32; lane++) {                                             \
            type b = static_cast<type>(values[lane]);                                       \
            if (present >> lane & 1) a = expression;                                        \
        }                                                                                   \
        return a;                                                                           \
    }

STANDIN_REDUCE(unsigned, add, 0, a + b)
STANDIN_REDUCE(unsigned, min, STANDIN_ALL, a < b ? a : b)
STANDIN_REDUCE(unsigned, max, 0, a > b ? a : b)
STANDIN_REDUCE(unsigned, and, STANDIN_ALL, a& b)
STANDIN_REDUCE(unsigned, or, 0, a | b)
STANDIN_REDUCE(unsigned, xor, 0, a ^ b)
STANDIN_REDUCE(int, add, 0, static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b)))
STANDIN_REDUCE(int, min, 0x7FFFFFFF, a < b ? a : b)
STANDIN_REDUCE(int, max, -0x7FFFFFFF - 1, a > b ? a : b)

// Other blocks see writes in order anyway: each block runs on one processor of the host.
inline void __threadfence() { __builtin_ia32_mfence(); }
inline void __threadfence_block() {}
inline void __threadfence_system() { __builtin_ia32_mfence(); }

// An `extern __shared__` array outside of functions.
template <class T>
struct standin_dynamic_array {
    operator T*() const { return static_cast<T*>(standin_dynamic_shared()); }
};
