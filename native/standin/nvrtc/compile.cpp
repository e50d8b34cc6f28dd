#include "compile.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "../kernel/standin_abi.h"
#include "cache.h"
#include "rewrite.h"

extern char** environ;

namespace standin {

namespace {

namespace fs = std::filesystem;

// Loads and stores are told to libcuda.so.1; nothing is fused; locals start with a pattern.
constexpr const char* kFlags[] = {
    "-std=c++17",
    "-O2",
    "-g1",
    "-w",
    "-fPIC",
    "-shared",
    "-fno-semantic-interposition",
    "-fno-exceptions",
    "-fno-rtti",
    "-ffp-contract=off",
#ifdef STANDIN_HAS_AUTO_INIT
    "-ftrivial-auto-var-init=pattern",
#endif
    "-fno-gnu-unique",
    "-fsanitize=thread",
#ifdef STANDIN_HAS_ENTRY_EXIT
    "--param=tsan-instrument-func-entry-exit=0",
#endif
    "-fsanitize=bounds",
    "-fno-diagnostics-show-caret",
};

// A folder of its own for each compilation, gone when it is done.
struct Folder {
    fs::path path;
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "retrograd-standin-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) path = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        if (!path.empty()) fs::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

// Where this library lies: the headers are beside it.
fs::path own_folder() {
    Dl_info info;
    dladdr(reinterpret_cast<void*>(&own_folder), &info);
    return fs::absolute(info.dli_fname).parent_path();
}

// NVRTC's options as g++'s. False for one that NVRTC does not know either.
bool translate(const std::vector<std::string>& options, Program* program,
               std::vector<std::string>* flags) {
    static const std::regex with_value(
        "(?:--gpu-architecture|-arch|--std|-std|--maxrregcount|-maxrregcount|--fmad|-fmad|--ftz|"
        "-ftz|--prec-sqrt|-prec-sqrt|--prec-div|-prec-div|--device-debug|--optimization-info|"
        "--split-compile|--minimal|--diag-suppress|-diag-suppress|--builtin-initializer-list)"
        "(?:=(.*))?");
    static const std::regex plain(
        "--use_fast_math|-use_fast_math|--extra-device-vectorization|--generate-line-info|"
        "-lineinfo|--device-debug|-G|--device-as-default-execution-space|-default-device|"
        "--relocatable-device-code=.*|-rdc=.*|--disable-warnings|-w|--restrict|-restrict|"
        "--device-int128|-device-int128|--no-source-include|--version-ident=.*");
    for (size_t i = 0; i < options.size(); i++) {
        const std::string& o = options[i];
        std::smatch match;
        auto path_or_macro = [&](const char* longer, const char* flag) {
            std::string prefix = std::string(longer) + "=";
            bool is_long = o.rfind(prefix, 0) == 0;
            if (!is_long && o.rfind(flag, 0) != 0) return false;
            std::string value = is_long ? o.substr(prefix.size()) : o.substr(2);
            if (value.empty() && i + 1 < options.size()) value = options[++i];
            flags->push_back(flag + value);
            return true;
        };
        if (std::regex_match(o, match, with_value)) {
            std::string value = match[1].matched ? match[1].str() : "";
            bool architecture = o.find("arch") != std::string::npos;
            if (architecture) program->real_architecture = value.rfind("sm_", 0) == 0;
            if (architecture && value.rfind("sm_", 0) != 0 && value.rfind("compute_", 0) != 0) {
                return false;
            }
            if (architecture) program->architecture = std::atoi(value.c_str() + value.find('_') + 1);
        } else if (path_or_macro("--define-macro", "-D") ||
                   path_or_macro("--undefine-macro", "-U") ||
                   path_or_macro("--include-path", "-I")) {
            continue;
        } else if (!std::regex_match(o, plain)) {
            program->log = "nvrtc: error: invalid value for an option: " + o + "\n";
            return false;
        }
    }
    return true;
}

// Runs g++ in the folder; its messages are added to the log. True if it succeeded.
bool run(std::vector<std::string> arguments, const Folder& folder, std::string* log) {
    const char* chosen = std::getenv("RETROGRAD_STANDIN_CXX");
    arguments.insert(arguments.begin(), chosen != nullptr ? chosen : "g++");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.path.c_str());
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "messages", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child;
    int failed = posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        *log += "nvrtc: error: cannot run " + arguments[0] + ": " + std::strerror(failed) + "\n";
        return false;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    *log += read(folder.path / "messages");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// "name:12:5: error: x" as "name(12): error: x"; lines that only point are left out.
std::string as_nvrtc_writes(const std::string& log) {
    static const std::regex message("^([^:\n]+):(\\d+):(?:\\d+:)? ((?:fatal )?error|warning)(.*)$");
    std::string result;
    size_t start = 0;
    while (start < log.size()) {
        size_t end = std::min(log.find('\n', start), log.size());
        std::string line = log.substr(start, end - start);
        std::smatch match;
        if (std::regex_match(line, match, message)) {
            result += match[1].str() + "(" + match[2].str() + "): " + match[3].str() +
                      match[4].str() + "\n";
        }
        start = end + 1;
    }
    return result.empty() ? log : result;
}

std::string table(const std::vector<KernelName>& kernels, const Program& program) {
    std::string text =
        "\n# 1 \"kernels\"\nextern \"C\" const standin_kernel standin_kernels[] = {\n";
    auto row = [&](const std::string& name, const std::string& function, const std::string& bound) {
        std::string entry = "standin_entry<(" + function + ")>";
        text += "{\"" + name + "\", reinterpret_cast<const void*>(" + function + "), " + entry +
                "::run, " + entry + "::sizes, " + entry + "::count, " + bound + "},\n";
    };
    for (const KernelName& kernel : kernels) {
        size_t colons = kernel.qualified.rfind("::");
        std::string plain =
            colons == std::string::npos ? kernel.qualified : kernel.qualified.substr(colons + 2);
        row(plain, "&" + kernel.qualified, kernel.max_threads);
    }
    for (const std::string& e : program.expressions) {
        auto listed = [&](const KernelName& kernel) { return kernel.qualified == e; };
        bool plain = e.find(':') == std::string::npos;
        if (plain && std::any_of(kernels.begin(), kernels.end(), listed)) continue;
        row(e, e[0] == '&' ? e : "&" + e, "0");
    }
    text += "{nullptr, nullptr, nullptr, nullptr, 0, 0}};\n";
    return text + "extern \"C\" const standin_target standin_made_for = {" +
           std::to_string(program.architecture) + ", " +
           (program.real_architecture ? "true" : "false") + "};\n";
}

void note_lowered_names(const fs::path& object, Program* program) {
    if (program->expressions.empty()) return;
    void* handle = dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        program->log += std::string("nvrtc: error: ") + dlerror() + "\n";
        return;
    }
    auto* kernel = static_cast<const standin_kernel*>(dlsym(handle, "standin_kernels"));
    for (; kernel != nullptr && kernel->name != nullptr; kernel++) {
        Dl_info info = {};
        dladdr(kernel->function, &info);
        const char* symbol = info.dli_sname != nullptr ? info.dli_sname : kernel->name;
        program->lowered.emplace_back(kernel->name, symbol);
    }
    dlclose(handle);
}

std::string file_name(const std::string& name) {
    std::string base = fs::path(name).filename().string();
    return base.empty() ? "default_program" : base;
}

// Preprocesses the program in the folder, and rewrites it to C++.
bool to_cpp(Program* program, const std::vector<std::string>& flags, const Folder& folder,
            std::string* cpp) {
    std::string name = file_name(program->name);
    write(folder.path / name, program->source);
    for (const auto& [header, text] : program->headers) write(folder.path / header, text);
    std::vector<std::string> arguments = {"-E", "-x", "c++", "-std=c++17", "-w"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    for (const char* argument : {"-I", ".", "-I"}) arguments.emplace_back(argument);
    arguments.push_back((own_folder() / "kernel").string());
    for (const char* argument : {"-include", "standin_kernel.h", "-o", "program.ii"}) {
        arguments.emplace_back(argument);
    }
    arguments.push_back(name);
    if (!run(arguments, folder, &program->log)) return false;
    Rewritten rewritten = rewrite(read(folder.path / "program.ii"));
    *cpp = rewritten.source + table(rewritten.kernels, *program);
    return true;
}

// Compiles C++ to a shared object.
bool to_object(Program* program, const std::string& cpp, const Folder& folder) {
    write(folder.path / "program.ii", cpp);
    std::vector<std::string> arguments = {"-x", "c++-cpp-output"};
    for (const char* flag : kFlags) arguments.emplace_back(flag);
    for (const char* argument :
         {"program.ii", "-o", "program.so", "-nodefaultlibs", "-x", "none"}) {
        arguments.emplace_back(argument);
    }
    arguments.push_back((own_folder() / "libcuda.so.1").string());
    arguments.insert(arguments.end(), {"-lm", "-lc"});
    return run(arguments, folder, &program->log);
}

}  // namespace

Compiled compile(Program* program, const std::vector<std::string>& options) {
    std::vector<std::string> flags;
    program->log.clear();
    if (!translate(options, program, &flags)) return Compiled::BadOption;
    flags.push_back("-D__CUDA_ARCH__=" + std::to_string(10 * program->architecture));
    std::vector<std::string> all = flags;
    all.emplace_back(program->real_architecture ? "sm" : "compute");
    for (const char* flag : kFlags) all.emplace_back(flag);
    std::string key = cache_key(*program, all, own_folder() / "kernel");
    fs::path kept = own_folder() / "cache" / (key + ".so");
    Folder folder;
    fs::path object = folder.path / "program.so";
    if (!key.empty() && fs::exists(kept)) {
        object = kept;
    } else {
        std::string cpp;
        bool good = to_cpp(program, flags, folder, &cpp) && to_object(program, cpp, folder);
        program->log = as_nvrtc_writes(program->log);
        if (!good) return Compiled::Error;
        // One with warnings is compiled each time, so that they are told each time.
        if (!key.empty() && program->log.empty()) keep(object, kept);
    }
    std::string bytes = read(object);
    program->object.assign(bytes.begin(), bytes.end());
    note_lowered_names(object, program);
    return Compiled::Yes;
}

}  // namespace standin
