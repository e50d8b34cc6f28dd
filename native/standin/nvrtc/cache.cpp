#include "cache.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace standin {

namespace {

namespace fs = std::filesystem;

// FNV-1a, twice, over texts and their lengths.
class Hash {
public:
    void add(const std::string& text) {
        mix(std::to_string(text.size()) + ":");
        mix(text);
    }

    std::string digits() const {
        char digits[33];
        std::snprintf(digits, sizeof digits, "%016" PRIx64 "%016" PRIx64, a_, b_);
        return digits;
    }

private:
    void mix(const std::string& text) {
        for (unsigned char c : text) {
            a_ = (a_ ^ c) * 0x100000001B3u;
            b_ = (b_ ^ c) * 0x100000001B3u ^ (b_ >> 29);
        }
    }

    uint64_t a_ = 0xCBF29CE484222325u;
    uint64_t b_ = 0x84222325CBF29CE4u;
};

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The compiler's path, size and time.
std::string compiler() {
    const char* chosen = std::getenv("RETROGRAD_STANDIN_CXX");
    const char* path = std::getenv("PATH");
    std::string name = chosen != nullptr ? chosen : "g++";
    std::string folders = path != nullptr ? path : "";
    size_t start = 0;
    while (name.find('/') == std::string::npos && start < folders.size()) {
        size_t end = std::min(folders.find(':', start), folders.size());
        fs::path candidate = fs::path(folders.substr(start, end - start)) / name;
        std::error_code absent;
        if (fs::exists(candidate, absent)) name = candidate.string();
        start = end + 1;
    }
    std::error_code absent;
    auto size = fs::file_size(name, absent);
    auto time = fs::last_write_time(name, absent).time_since_epoch().count();
    return name + " " + std::to_string(size) + " " + std::to_string(time);
}

}  // namespace

std::string cache_key(const Program& program, const std::vector<std::string>& flags,
                      const fs::path& headers) {
    Hash hash;
    hash.add(compiler());
    std::vector<fs::path> own;
    for (const auto& entry : fs::directory_iterator(headers)) own.push_back(entry.path());
    std::sort(own.begin(), own.end());
    for (const fs::path& header : own) hash.add(read(header));
    for (const std::string& flag : flags) {
        if (flag.rfind("-I", 0) == 0) return "";
        hash.add(flag);
    }
    for (const std::string& expression : program.expressions) hash.add(expression);
    hash.add(program.name);
    hash.add(program.source);
    for (const auto& [header, text] : program.headers) {
        hash.add(header);
        hash.add(text);
    }
    return hash.digits();
}

void keep(const fs::path& object, const fs::path& kept) {
    std::error_code failed;
    fs::path part = kept;
    part += object.parent_path().filename().string();
    fs::create_directories(kept.parent_path(), failed);
    if (fs::copy_file(object, part, failed)) fs::rename(part, kept, failed);
}

}  // namespace standin
