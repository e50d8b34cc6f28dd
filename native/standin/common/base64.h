// Objects as text, for what must pass for PTX.
#pragma once

#include <string>
#include <vector>

namespace standin {

constexpr char kObjectHeader[] = "// CPU stand-in: an object in base64\n";

inline std::string to_base64(const std::vector<char>& bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        unsigned word = 0;
        for (size_t k = 0; k < 3; k++) {
            word =
                word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
        }
        for (int shift = 18; shift >= 0; shift -= 6) text += digits[word >> shift & 63];
    }
    return text;
}

// Decodes whole groups of four; what the last one holds too many are zeros.
inline std::vector<char> from_base64(const char* text) {
    auto value = [](char c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (c >= '0' && c <= '9') return c - '0' + 52;
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    };
    std::vector<char> bytes;
    unsigned word = 0;
    int digits = 0;
    for (; value(*text) >= 0; text++) {
        word = word << 6 | static_cast<unsigned>(value(*text));
        if (++digits % 4 != 0) continue;
        for (int shift = 16; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(word >> shift));
    }
    bytes.resize(bytes.size() + 64);
    return bytes;
}

}  // namespace standin
