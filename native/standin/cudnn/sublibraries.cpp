#include "sublibraries.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace {

enum Part { GRAPH, OPS, CNN, ADV, HEURISTIC, PRECOMPILED, RUNTIME_COMPILED, PARTS };

// Beside this library, or where the loader looks: its own $ORIGIN is not asked where a sanitizer's
// dlopen stands between.
void* open_sublibrary(const std::string& file) {
    Dl_info self;
    if (dladdr(reinterpret_cast<void*>(&has_engines), &self) != 0) {
        std::string path = self.dli_fname;
        path.replace(path.rfind('/') + 1, std::string::npos, file);
        if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    }
    return dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
}

bool has(Part part) {
    static const char* const names[PARTS] = {
        "graph",     "ops", "cnn", "adv", "heuristic", "engines_precompiled",
        "engines_runtime_compiled"};
    static const bool* const found = [] {
        auto* all = new bool[PARTS];
        for (int i = 0; i < PARTS; i++) {
            std::string file = std::string("libcudnn_") + names[i] + ".so.9";
            all[i] = open_sublibrary(file) != nullptr;
        }
        return all;
    }();
    return found[part];
}

// Where the call is, as cuDNN's own libraries have it.
Part home(const char* call) {
    auto names = [&](const char* word) { return std::strstr(call, word) != nullptr; };
    if (names("Convolution") || names("Cnn") || names("FusedOps")) return CNN;
    if (names("RNN") || names("CTC") || names("Attn") || names("Seq") || names("Adv")) return ADV;
    for (const char* one : {"cudnnCreate", "cudnnDestroy", "cudnnSetStream", "cudnnGetStream"}) {
        if (std::strcmp(call, one) == 0) return GRAPH;
    }
    return names("Graph") || names("Property") || names("Version") ? GRAPH : OPS;
}

}  // namespace

bool has_libraries_of(const char* call) {
    Part part = home(call);
    if (has(GRAPH) && has(part) && (part == GRAPH || has(OPS))) return true;
    std::fprintf(stderr, "Invalid handle. Cannot load symbol %s\n", call);
    return false;
}

bool has_engines() { return has(HEURISTIC) && has(PRECOMPILED) && has(RUNTIME_COMPILED); }
