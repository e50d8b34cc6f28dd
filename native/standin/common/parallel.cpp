// The stand-in's threads: as many as the machine has processors, or RETROGRAD_STANDIN_THREADS.
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "standin.h"
#include "work.h"

namespace standin {

namespace {

// True on a thread that runs a task: what it spreads in turn, it does alone.
thread_local bool inside = false;

struct Job {
    size_t tasks;
    const std::function<void(size_t)>* body;
    CUctx_st* context;
    std::atomic<size_t> next{0};
    std::atomic<size_t> done{0};
};

class Pool {
 public:
    explicit Pool(unsigned extra) {
        for (unsigned i = 0; i < extra; i++) std::thread([this] { serve(); }).detach();
    }

    void run(size_t tasks, const std::function<void(size_t)>& body) {
        auto job = std::make_shared<Job>();
        job->tasks = tasks;
        job->body = &body;
        job->context = executing_context();
        {
            std::lock_guard<std::mutex> guard(mutex);
            current = job;
            generation++;
        }
        wake.notify_all();
        work(*job);
        std::unique_lock<std::mutex> guard(mutex);
        finished.wait(guard, [&] { return job->done == tasks; });
        current = nullptr;
    }

 private:
    void work(Job& job) {
        while (true) {
            size_t i = job.next++;
            if (i >= job.tasks) return;
            (*job.body)(i);
            if (++job.done == job.tasks) {
                std::lock_guard<std::mutex> guard(mutex);
                finished.notify_all();
            }
        }
    }

    void serve() {
        inside = true;
        uint64_t seen = 0;
        while (true) {
            std::shared_ptr<Job> job;
            {
                std::unique_lock<std::mutex> guard(mutex);
                wake.wait(guard, [&] { return generation != seen; });
                seen = generation;
                job = current;
            }
            if (job == nullptr) continue;
            Executing executing(job->context);
            work(*job);
        }
    }

    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;
    std::shared_ptr<Job> current;
    uint64_t generation = 0;
};

}  // namespace

unsigned threads() {
    static const unsigned n = [] {
        const char* text = std::getenv("RETROGRAD_STANDIN_THREADS");
        unsigned wanted = text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 0;
        unsigned found = std::thread::hardware_concurrency();
        return wanted > 0 ? wanted : found > 0 ? found : 1;
    }();
    return n;
}

void on_own_thread(const std::function<void()>& function) { std::thread(function).join(); }

void parallel(size_t tasks, const std::function<void(size_t)>& body) {
    if (tasks <= 1 || threads() == 1 || inside) {
        for (size_t i = 0; i < tasks; i++) body(i);
        return;
    }
    static Pool* pool = new Pool(threads() - 1);
    inside = true;
    pool->run(tasks, body);
    inside = false;
}

}  // namespace standin
