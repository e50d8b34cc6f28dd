// Loading of modules, their functions and their global variables.
#include "module.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "../common/base64.h"
#include "elf.h"
#include "graph.h"

using namespace standin;

namespace {

std::set<const CUfunc_st*> all_functions;

// What NVRTC's stand-in gives: an object, or its text form. Others were compiled for a GPU.
int read_image(const void* p, std::vector<char>* image) {
    const char* text = static_cast<const char*>(p);
    if (size_t bytes = elf_bytes(p)) {
        image->assign(text, text + bytes);
        return CUDA_SUCCESS;
    }
    if (std::strncmp(text, kObjectHeader, std::strlen(kObjectHeader)) == 0) {
        *image = from_base64(text + std::strlen(kObjectHeader));
        return elf_bytes(image->data()) > 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_IMAGE;
    }
    bool gpu = std::memcmp(p, "\177ELF", 4) == 0 || std::strstr(text, ".version") != nullptr;
    return gpu ? CUDA_ERROR_NO_BINARY_FOR_GPU : CUDA_ERROR_INVALID_IMAGE;
}

// Whether the GPU can run it: code of its own major architecture that is no newer, and what the
// driver could translate.
bool runs_here(const standin_target* target) {
    if (target == nullptr) return false;
    int own = compute_capability();
    return target->capability <= own && (!target->is_cubin || target->capability / 10 == own / 10);
}

// A file of its own for each load, so that each has its own global variables.
int memory_file(const std::vector<char>& image) {
    int file = memfd_create("kernel", MFD_CLOEXEC);
    size_t written = 0;
    while (file >= 0 && written < image.size()) {
        ssize_t n = write(file, image.data() + written, image.size() - written);
        if (n <= 0) {
            close(file);
            return -1;
        }
        written += static_cast<size_t>(n);
    }
    return file;
}

int note_segments(dl_phdr_info* info, size_t, void* data) {
    auto* module = static_cast<CUmod_st*>(data);
    auto* map = static_cast<link_map*>(module->handle);
    if (info->dlpi_addr != map->l_addr) return 0;
    module->base = reinterpret_cast<char*>(info->dlpi_addr);
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) & segment = info->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD) {
            module->bytes = std::max(module->bytes, segment.p_vaddr + segment.p_memsz);
        } else if (segment.p_type == PT_TLS) {
            module->tls_module = info->dlpi_tls_modid;
            module->tls_bytes = segment.p_memsz;
        }
    }
    return 1;
}

void add_functions(CUmod_st* module, const standin_kernel* kernels) {
    for (const standin_kernel* k = kernels; k->name != nullptr; k++) {
        Dl_info symbol = {};
        dladdr(k->function, &symbol);
        std::string mangled = symbol.dli_sname != nullptr ? symbol.dli_sname : k->name;
        for (const std::string& name : {std::string(k->name), mangled}) {
            auto& function = module->functions[name];
            if (function) continue;
            function.reset(new CUfunc_st{module, k->name, k, 0});
            all_functions.insert(function.get());
        }
    }
}

std::string path_of(int file) { return "/proc/self/fd/" + std::to_string(file); }

// Whether the C library keeps what was loaded from a file, though it was closed.
bool stays(int file) {
    void* handle = dlopen(path_of(file).c_str(), RTLD_NOLOAD | RTLD_NOW);
    if (handle != nullptr) dlclose(handle);
    return handle != nullptr;
}

int load(CUmod_st** result, const void* p) {
    return call([&](CUctx_st& context) -> int {
        if (result == nullptr || p == nullptr) return CUDA_ERROR_INVALID_VALUE;
        std::vector<char> image;
        if (int status = read_image(p, &image)) return status;
        int file = memory_file(image);
        if (file < 0) return CUDA_ERROR_OUT_OF_MEMORY;
        std::string path = path_of(file);
        void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) fail("cuModuleLoadData", dlerror());
        auto* kernels = static_cast<const standin_kernel*>(dlsym(handle, "standin_kernels"));
        if (kernels == nullptr) {
            dlclose(handle);
            close(file);
            return CUDA_ERROR_INVALID_IMAGE;
        }
        if (!runs_here(static_cast<const standin_target*>(dlsym(handle, "standin_made_for")))) {
            dlclose(handle);
            close(file);
            return CUDA_ERROR_NO_BINARY_FOR_GPU;
        }
        auto* module = new CUmod_st{&context, handle, file, nullptr, 0, 0, 0, {}, {}, {}};
        dl_iterate_phdr(note_segments, module);
        module->shared = thread_local_variables(image);
        add_functions(module, kernels);
        context.modules.insert(module);
        *result = module;
        return CUDA_SUCCESS;
    });
}

}  // namespace

namespace standin {

bool is_function(const CUfunc_st* function) { return all_functions.count(function) > 0; }

std::string source_line(const CUmod_st& module, const void* address) {
    ptrdiff_t offset = static_cast<const char*>(address) - module.base - 1;
    if (offset < 0 || static_cast<size_t>(offset) >= module.bytes) return "";
    char command[128];
    std::snprintf(command, sizeof command, "addr2line -s -e /proc/%d/fd/%d 0x%zx 2>/dev/null",
                  getpid(), module.file, static_cast<size_t>(offset));
    FILE* pipe = popen(command, "r");
    if (pipe == nullptr) return "";
    char line[256] = "";
    bool read = std::fgets(line, sizeof line, pipe) != nullptr;
    pclose(pipe);
    std::string text = read ? line : "";
    text.erase(std::min(text.find_first_of(" \n"), text.size()));
    return text.empty() || text[0] == '?' ? "" : text;
}

}  // namespace standin

CUDA_API int cuModuleLoadData(CUmod_st** module, const void* image) { return load(module, image); }

CUDA_API int cuModuleLoadDataEx(CUmod_st** module, const void* image, unsigned, const int*,
                                void**) {
    return load(module, image);
}

CUDA_API int cuModuleLoadFatBinary(CUmod_st** module, const void* image) {
    return load(module, image);
}

CUDA_API int cuModuleLoad(CUmod_st** module, const char* name) {
    if (name == nullptr) return CUDA_ERROR_INVALID_VALUE;
    std::ifstream file(name, std::ios::binary);
    if (!file) return CUDA_ERROR_FILE_NOT_FOUND;
    std::vector<char> image{std::istreambuf_iterator<char>(file), {}};
    image.resize(image.size() + 64);  // room for a look at the header, and a terminator
    return load(module, image.data());
}

CUDA_API int cuModuleUnload(CUmod_st* module) {
    return call([&](CUctx_st& context) -> int {
        if (context.modules.count(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
        // Kernels that wait to run still need their code.
        wait_for(context);
        context.modules.erase(module);
        for (char* global : module->globals) forget_global(global);
        for (auto& [name, function] : module->functions) all_functions.erase(function.get());
        dlclose(module->handle);
        // A library that stays would be found again under a number that another one takes over.
        if (!stays(module->file)) close(module->file);
        delete module;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuModuleGetFunction(CUfunc_st** function, CUmod_st* module, const char* name) {
    return call([&](CUctx_st& context) -> int {
        if (function == nullptr || name == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (context.modules.count(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
        auto found = module->functions.find(name);
        if (found == module->functions.end()) return CUDA_ERROR_NOT_FOUND;
        *function = found->second.get();
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuModuleGetGlobal_v2(CUdeviceptr* p, size_t* bytes, CUmod_st* module,
                                  const char* name) {
    return call([&](CUctx_st& context) -> int {
        if (name == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (context.modules.count(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
        void* symbol = dlsym(module->handle, name);
        Dl_info info;
        const ElfW(Sym)* entry = nullptr;
        void** slot = reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&entry));
        bool known = symbol != nullptr && dladdr1(symbol, &info, slot, RTLD_DL_SYMENT) != 0;
        if (!known || entry == nullptr) return CUDA_ERROR_NOT_FOUND;
        if (p != nullptr) *p = address(symbol);
        if (bytes != nullptr) *bytes = entry->st_size;
        module->globals.push_back(static_cast<char*>(symbol));
        note_global(symbol, entry->st_size, &context, name);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuModuleGetLoadingMode(int* mode) {
    if (mode == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *mode = 1;  // eager
    return CUDA_SUCCESS;
}

CUDA_API int cuFuncGetModule(CUmod_st** module, CUfunc_st* function) {
    return call([&](CUctx_st&) -> int {
        if (module == nullptr || !is_function(function)) return CUDA_ERROR_INVALID_VALUE;
        *module = function->module;
        return CUDA_SUCCESS;
    });
}
