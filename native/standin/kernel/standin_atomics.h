// Atomic operations: each gives the value from before.
#pragma once

template <class T, class Next>
STANDIN_RUNTIME T standin_update(T* p, const char* call, Next next) {
    standin_atomic(p, sizeof(T), call);
    T before, after;
    __atomic_load(p, &before, __ATOMIC_RELAXED);
    do {
        after = next(before);
    } while (
        !__atomic_compare_exchange(p, &before, &after, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return before;
}

#define STANDIN_ATOMIC(name, type, expression)                                               \
    STANDIN_RUNTIME type name(type* p, type b) {                                             \
        return standin_update(p, #name, [b](type a) __attribute__((no_sanitize("thread"))) { \
            return static_cast<type>(expression);                                            \
        });                                                                                  \
    }

#define STANDIN_ATOMIC_INTEGER(type)               \
    STANDIN_ATOMIC(atomicMin, type, b < a ? b : a) \
    STANDIN_ATOMIC(atomicMax, type, b > a ? b : a) \
    STANDIN_ATOMIC(atomicAnd, type, a& b)          \
    STANDIN_ATOMIC(atomicOr, type, a | b)          \
    STANDIN_ATOMIC(atomicXor, type, a ^ b)

#define STANDIN_ATOMIC_EXCHANGE(type) STANDIN_ATOMIC(atomicExch, type, (static_cast<void>(a), b))

#define STANDIN_ATOMIC_CAS(type)                                                                   \
    STANDIN_RUNTIME type atomicCAS(type* p, type compare, type value) {                            \
        return standin_update(p, "atomicCAS", [=](type a) __attribute__((no_sanitize("thread"))) { \
            return a == compare ? value : a;                                                       \
        });                                                                                        \
    }

STANDIN_ATOMIC_INTEGER(int)
STANDIN_ATOMIC_INTEGER(unsigned)
STANDIN_ATOMIC_INTEGER(long long)
STANDIN_ATOMIC_INTEGER(unsigned long long)

STANDIN_ATOMIC(atomicAdd, int, static_cast<unsigned>(a) + static_cast<unsigned>(b))
STANDIN_ATOMIC(atomicAdd, unsigned, a + b)
STANDIN_ATOMIC(atomicAdd, unsigned long long, a + b)
STANDIN_ATOMIC(atomicAdd, float, a + b)
STANDIN_ATOMIC(atomicAdd, double, a + b)
STANDIN_ATOMIC(atomicSub, int, static_cast<unsigned>(a) - static_cast<unsigned>(b))
STANDIN_ATOMIC(atomicSub, unsigned, a - b)
STANDIN_ATOMIC(atomicInc, unsigned, a >= b ? 0 : a + 1)
STANDIN_ATOMIC(atomicDec, unsigned, a == 0 || a > b ? b : a - 1)

STANDIN_ATOMIC_EXCHANGE(int)
STANDIN_ATOMIC_EXCHANGE(unsigned)
STANDIN_ATOMIC_EXCHANGE(unsigned long long)
STANDIN_ATOMIC_EXCHANGE(float)

STANDIN_ATOMIC_CAS(int)
STANDIN_ATOMIC_CAS(unsigned)
STANDIN_ATOMIC_CAS(unsigned long long)
STANDIN_ATOMIC_CAS(unsigned short)
