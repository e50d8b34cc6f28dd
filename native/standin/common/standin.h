// What the stand-ins of CUDA's libraries share: guarded device memory, ordered work, and the end of
// the run when a program does what a GPU would answer with garbage or not at all.
//
// libcuda.so.1 exports these functions; libcudnn.so.9 and libcublas.so.12 link against it.
//
// A library call checks its arguments, answers a bad one with its own status code, and submits the
// rest. The submitted work checks its memory with device() and then computes with plain loops:
//
//     standin::submit(stream, "cudnnAddTensor", [=] {
//         standin::device("cudnnAddTensor", "A", a, bytes, standin::Access::Read);
//         standin::device("cudnnAddTensor", "C", c, bytes, standin::Access::ReadWrite);
//         ...
//     });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

struct CUctx_st;
struct CUstream_st;

#define STANDIN_API __attribute__((visibility("default")))

namespace standin {

// Read demands that every byte was written before; Write marks the bytes as written.
enum class Access { Read, Write, ReadWrite };

// The context current to this thread, or null: then cudnnCreate and cublasCreate answer that they
// are not initialized.
STANDIN_API CUctx_st* current_context();

// True if the stream may be given to a library: null and the two special handles (1: legacy,
// 2: per thread) always, others while they live.
STANDIN_API bool is_stream(CUstream_st* stream);

// True while the stream records a graph: nothing may then be read on the host.
STANDIN_API bool is_capturing(CUstream_st* stream);

// True if p lies in a live device allocation. For calls whose scalars may be on either side.
STANDIN_API bool is_device(const void* p);

// Fails the run unless [p, p + bytes) lies in one live device allocation of the context that the
// work runs in. To be called when the work runs, not when it is submitted. Zero bytes always pass.
STANDIN_API void device(const char* call, const char* argument, const void* p, size_t bytes,
                        Access access);

// The same for `rows` rows of `row_bytes`, `stride` bytes apart; what lies between is not touched.
STANDIN_API void device(const char* call, const char* argument, const void* p, size_t rows,
                        size_t row_bytes, size_t stride, Access access);

// Writes a few bytes behind [p, p + bytes), as far as they are of the same allocation.
STANDIN_API void overrun(void* p, size_t bytes);

// Runs work after all that was submitted to the stream before: at once, at a later synchronisation
// (delayed mode), or at every launch of the graph that the stream records. `work` therefore owns
// what it needs: copy descriptors and host scalars into it.
// False if the context or a capture is broken: the call must fail.
[[nodiscard]] STANDIN_API bool submit(CUstream_st* stream, const char* call,
                                      std::function<void()> work);

// A number that no other context has had, of the current one.
STANDIN_API uint64_t context_id();

// The error that the current context keeps from an access which broke it, or 0.
STANDIN_API int context_error();

// Waits for all work of the stream, as a library call does that returns a result to the host.
// False if the stream is being captured, which makes the capture invalid, or the context is
// broken: the call must fail.
STANDIN_API bool synchronize(CUstream_st* stream);

// Calls body(0) ... body(tasks - 1), spread over the stand-in's threads; returns when all are done.
STANDIN_API void parallel(size_t tasks, const std::function<void(size_t)>& body);

// That of the GPU which the stand-in passes for: 90 for 9.0.
STANDIN_API int compute_capability();

// Takes device memory for a library's own use, until the current context ends or it is returned.
// False where there is not so much.
STANDIN_API bool take_library_memory(size_t bytes);
STANDIN_API void return_library_memory(size_t bytes);

// Counts live handles of a kind ("cuDNN tensor descriptor"): +1 when one is made, -1 when it is
// destroyed. What is left when the last context goes is reported as a leak.
STANDIN_API void count(const char* kind, int delta);

// "CPU stand-in: <call>: <message>" on standard error.
STANDIN_API void tell(const std::string& call, const std::string& message);

// Ends the process with status 134 after "CPU stand-in: <call>: <message>" on standard error.
// Not by a signal, which the JVM would take for its own.
[[noreturn]] STANDIN_API void fail(const std::string& call, const std::string& message);

}  // namespace standin
