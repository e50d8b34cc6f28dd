#include "faults.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "locked.h"

namespace standin {

namespace {

struct Fault {
    std::string detail;
    unsigned long reached = 0;
};

std::map<std::string, Fault> read() {
    std::map<std::string, Fault> faults;
    const char* text = std::getenv("RETROGRAD_STANDIN_FAULT");
    std::string left = text != nullptr ? text : "";
    while (!left.empty()) {
        size_t end = std::min(left.find(','), left.size());
        std::string one = left.substr(0, end);
        size_t colon = std::min(one.find(':'), one.size());
        std::string detail = colon < one.size() ? one.substr(colon + 1) : "";
        faults[one.substr(0, colon)] = {detail};
        left.erase(0, end + 1);
    }
    return faults;
}

Fault* find(const char* kind) {
    static auto* faults = new std::map<std::string, Fault>(read());
    auto found = faults->find(kind);
    return found == faults->end() ? nullptr : &found->second;
}

}  // namespace

bool planted(const char* kind) { return find(kind) != nullptr; }

bool strikes(const char* kind, const std::string& place) {
    MemoryLocked locked;
    Fault* fault = find(kind);
    if (fault == nullptr) return false;
    fault->reached++;
    char* end = nullptr;
    unsigned long n = std::strtoul(fault->detail.c_str(), &end, 10);
    bool counted = !fault->detail.empty() && *end == '\0';
    return counted ? fault->reached == n : fault->detail.empty() || fault->detail == place;
}

}  // namespace standin
