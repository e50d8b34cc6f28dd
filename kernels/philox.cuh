// Philox 4x32-10: the bits of io.retrograd.tensor.Philox.
//
// The key is the seed, the counter (index / 4, stream), each two words, low word first; word
// index % 4 of the result belongs to index.
//
// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as
// 1, 2, 3, SC 2011.
#pragma once

struct PhiloxWords {
    unsigned word[4];
};

// The bits of the four indices from 4 block on.
__device__ inline PhiloxWords philox(unsigned long long seed, unsigned long long stream,
                                     unsigned long long block) {
    unsigned k0 = (unsigned)seed, k1 = (unsigned)(seed >> 32);
    unsigned c0 = (unsigned)block, c1 = (unsigned)(block >> 32);
    unsigned c2 = (unsigned)stream, c3 = (unsigned)(stream >> 32);
    for (int round = 0; round < 10; round++) {
        unsigned long long p0 = 0xD2511F53ull * c0;
        unsigned long long p1 = 0xCD9E8D57ull * c2;
        unsigned next0 = (unsigned)(p1 >> 32) ^ c1 ^ k0;
        unsigned next2 = (unsigned)(p0 >> 32) ^ c3 ^ k1;
        c1 = (unsigned)p1;
        c3 = (unsigned)p0;
        c0 = next0;
        c2 = next2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{c0, c1, c2, c3}};
}
