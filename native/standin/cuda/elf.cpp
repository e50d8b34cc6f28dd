#include "elf.h"

#include <cxxabi.h>
#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace standin {

namespace {

// "tile" of the mangled name of a variable `tile` within a function.
std::string plain_name(const char* mangled) {
    int status = 0;
    char* text = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
    std::string name = status == 0 ? text : mangled;
    std::free(text);
    size_t colons = name.rfind("::");
    return colons == std::string::npos ? name : name.substr(colons + 2);
}

}  // namespace

size_t elf_bytes(const void* p) {
    Elf64_Ehdr header;
    std::memcpy(&header, p, sizeof header.e_ident);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return 0;
    std::memcpy(&header, p, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) return 0;
    return header.e_shoff + size_t{header.e_shnum} * header.e_shentsize;
}

std::vector<CUmod_st::Shared> thread_local_variables(const std::vector<char>& image) {
    std::vector<CUmod_st::Shared> found;
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(image.data());
    auto* sections = reinterpret_cast<const Elf64_Shdr*>(image.data() + header->e_shoff);
    for (size_t s = 0; s < header->e_shnum; s++) {
        if (sections[s].sh_type != SHT_SYMTAB) continue;
        auto* symbols = reinterpret_cast<const Elf64_Sym*>(image.data() + sections[s].sh_offset);
        const char* names = image.data() + sections[sections[s].sh_link].sh_offset;
        for (size_t i = 0; i < sections[s].sh_size / sizeof(Elf64_Sym); i++) {
            const Elf64_Sym& symbol = symbols[i];
            if (ELF64_ST_TYPE(symbol.st_info) != STT_TLS || symbol.st_shndx == SHN_UNDEF) continue;
            found.push_back({plain_name(names + symbol.st_name), symbol.st_value, symbol.st_size});
        }
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.offset < b.offset; });
    return found;
}

}  // namespace standin
