/* A malloc that checks, to be preloaded: every block ends at a page that nobody may touch.
 *
 *   LD_PRELOAD=libguard.so java ...
 *
 * What is read or written behind a block is a SIGSEGV where it happens, as is any use after free().
 * Where a block's alignment keeps it from the page's very edge, the bytes between hold a pattern
 * that free() looks at, as it does at the mark before each block. Blocks of fewer than SMALLEST
 * bytes are the C library's, unless JavaCPP asks for them: what it serves begins at the next
 * multiple of SLACK in SLACK bytes more than are used, which would hide a write behind it, so
 * JavaCPP's blocks begin at such a multiple and end that much earlier.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, SMALLEST = 2048, SLACK = 64, WORD = 16, CALLERS = 64, PATTERN = 0xa5 };

/* Addresses are used once; when there are none left the C library serves all. */
static const size_t REGION = (size_t)1 << 42;

/* A process may have 65,530 mappings by default; each block takes two. */
static const size_t MOST_LIVE = 20000;

static const uint64_t MARK = 0x5afe5afe5afe5afe;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

/* Stands before each block. */
struct header {
    char *first;    /* of its pages */
    size_t pages;   /* that may be touched; a closed one follows */
    uint64_t bytes; /* that were asked for, without slack */
    uint64_t mark;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *region;
static char *next;
static size_t live;

static struct {
    void *address;
    int javacpp;
} callers[CALLERS];
static size_t known;

/* Whether a call comes from JavaCPP's library. */
static int javacpp(void *caller) {
    size_t count = __atomic_load_n(&known, __ATOMIC_ACQUIRE);
    for (size_t i = 0; i < count; i++) {
        if (callers[i].address == caller) {
            return callers[i].javacpp;
        }
    }
    Dl_info info;
    int found = dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "jnijavacpp");
    pthread_mutex_lock(&lock);
    if (known < CALLERS) {
        callers[known].address = caller;
        callers[known].javacpp = found;
        __atomic_store_n(&known, known + 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static char *pages(size_t count) {
    size_t bytes = (count + 1) * PAGE;
    char *first = NULL;
    pthread_mutex_lock(&lock);
    if (!region) {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        char *all = mmap(NULL, REGION, PROT_NONE, flags, -1, 0);
        if (all != MAP_FAILED) {
            next = all;
            __atomic_store_n(&region, all, __ATOMIC_RELEASE);
        }
    }
    if (region && live < MOST_LIVE && bytes <= (size_t)(region + REGION - next)) {
        first = next;
        next += bytes;
        live++;
    }
    pthread_mutex_unlock(&lock);
    if (first && mprotect(first, count * PAGE, PROT_READ | PROT_WRITE) != 0) {
        return NULL;
    }
    return first;
}

/* A zeroed block; NULL where it cannot be had. */
static void *guarded(size_t bytes, size_t alignment) {
    size_t room = sizeof(struct header) + alignment + bytes;
    if (room < bytes || room > REGION) {
        return NULL;
    }
    size_t count = (room + PAGE - 1) / PAGE;
    char *first = pages(count);
    if (!first) {
        return NULL;
    }
    char *edge = first + count * PAGE;
    char *start = (char *)((uintptr_t)(edge - bytes) / alignment * alignment);
    ((struct header *)start)[-1] = (struct header){first, count, bytes, MARK};
    memset(start + bytes, PATTERN, edge - (start + bytes));
    return start;
}

static int ours(const void *p) {
    const char *base = __atomic_load_n(&region, __ATOMIC_ACQUIRE);
    return base && (const char *)p >= base && (const char *)p < base + REGION;
}

static void broken(const char *where, const void *p) {
    char text[100];
    int n = snprintf(text, sizeof text, "guard: what is %s the block at %p was written\n", where, p);
    if (write(STDERR_FILENO, text, n) != n) {
        _exit(1);
    }
    abort();
}

static struct header *header(void *p) {
    struct header *header = (struct header *)p - 1;
    if (header->mark != MARK) {
        broken("before", p);
    }
    return header;
}

static void release(void *p) {
    struct header found = *header(p);
    char *edge = found.first + found.pages * PAGE;
    for (char *at = (char *)p + found.bytes; at < edge; at++) {
        if (*(unsigned char *)at != PATTERN) {
            broken("behind", p);
        }
    }
    if (madvise(found.first, found.pages * PAGE, MADV_DONTNEED) == 0
        && mprotect(found.first, found.pages * PAGE, PROT_NONE) == 0) {
        pthread_mutex_lock(&lock);
        live--;
        pthread_mutex_unlock(&lock);
    }
}

/* A zeroed block, the C library's where it is not worth a page of its own. */
static void *serve(size_t bytes, void *caller) {
    void *p = NULL;
    if (bytes > SLACK && javacpp(caller)) {
        p = guarded(bytes - SLACK, SLACK);
    } else if (bytes >= SMALLEST) {
        p = guarded(bytes, WORD);
    }
    return p ? p : __libc_calloc(1, bytes);
}

void *malloc(size_t bytes) {
    void *p = bytes >= SMALLEST ? guarded(bytes, WORD) : NULL;
    return p ? p : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t each) {
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return serve(bytes, __builtin_return_address(0));
}

void free(void *p) {
    if (ours(p)) {
        release(p);
    } else {
        __libc_free(p);
    }
}

void *realloc(void *p, size_t bytes) {
    if (!ours(p)) {
        return __libc_realloc(p, bytes);
    }
    void *moved = malloc(bytes);
    if (moved) {
        size_t old = header(p)->bytes;
        memcpy(moved, p, old < bytes ? old : bytes);
        release(p);
    }
    return moved;
}

void *memalign(size_t alignment, size_t bytes) {
    void *p = bytes >= SMALLEST && alignment <= PAGE ? guarded(bytes, alignment) : NULL;
    return p ? p : __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}

int posix_memalign(void **to, size_t alignment, size_t bytes) {
    void *p = memalign(alignment, bytes);
    if (!p) {
        return ENOMEM;
    }
    *to = p;
    return 0;
}

size_t malloc_usable_size(void *p) {
    if (ours(p)) {
        return header(p)->bytes;
    }
    size_t (*behind)(void *) = (size_t (*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
    return behind(p);
}
