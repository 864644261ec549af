// The driver of the double; see double.h.
#include "double.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

// ---- attention.cu as C++ ------------------------------------------------------------------------------------------

struct Dim {
    unsigned x, y, z;
};
static thread_local Dim blockIdx;
static std::atomic<bool> backwards{false};

#define __global__ __attribute__((visibility("hidden")))
#define __device__
#define __shared__
#define BARRIER
// Lanes of a stretch in either order: bits that change with it would show a barrier that is missing.
#define EACH_LANE(lane) \
    for (int step = 0, lane = backwards ? LANES - 1 : 0; step < LANES; step++, lane += backwards ? -1 : 1)

static inline unsigned __float_as_uint(float x) {
    unsigned bits;
    std::memcpy(&bits, &x, 4);
    return bits;
}

static inline float __uint_as_float(unsigned bits) {
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
}

#include "attention.cu"

float double_widen(unsigned short h, int type) { return type == 2 ? widen_f16(h) : widen_bf16(h); }

struct Kernel {
    const char *name;
    std::size_t bytes;
    void (*run)(const void *arguments);
};

static const Kernel KERNELS[] = {
    {"heed_start", sizeof(StartArguments), [](const void *a) { heed_start(*(const StartArguments *)a); }},
    {"heed_softmax", sizeof(SoftmaxArguments), [](const void *a) { heed_softmax(*(const SoftmaxArguments *)a); }},
    {"heed_finish", sizeof(FinishArguments), [](const void *a) { heed_finish(*(const FinishArguments *)a); }},
    {"heed_gather", sizeof(GatherArguments), [](const void *a) { heed_gather(*(const GatherArguments *)a); }},
    {"heed_clean", sizeof(CleanArguments), [](const void *a) { heed_clean(*(const CleanArguments *)a); }},
    {"heed_strays", sizeof(StraysArguments), [](const void *a) { heed_strays(*(const StraysArguments *)a); }},
};

// ---- state --------------------------------------------------------------------------------------------------------

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_CONTEXT = 201,
       INVALID_HANDLE = 400, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700 };

struct Stream {
    std::deque<std::function<void()>> work;
};

struct Event {
    Stream *stream = nullptr;  // where it was recorded last
    long recorded = 0, done = 0;
    bool timed = false;
};

static std::recursive_mutex state;
static std::map<std::uintptr_t, std::pair<std::size_t, char>> memory;  // d: device, m: managed, p: pinned
static std::set<void *> streams, events, modules;
static int contexts;  // how often the primary one is retained
static thread_local std::vector<void *> current;
static std::map<std::string, int> alive;
static std::vector<std::string> transcript;
static long calls, failAt = -1;
static int failCode, devices = 1, sharesMemory = 1, corruptions;
static std::size_t capacity = std::size_t(1) << 40, allocated;
static std::string failed;

static const std::size_t GUARD = 256;
static const std::size_t MOST_CALLS = 1000000;  // that are told; tests of many runs ask for none
#define CONTEXT ((void *)0x4845)
#define LOCKED std::lock_guard<std::recursive_mutex> lock(state)
#define BEGIN(name) LOCKED; if (double_fails(#name)) return failCode
#define NEEDS_CONTEXT if (current.empty()) return INVALID_CONTEXT

extern "C" bool double_fails(const char *call) {
    LOCKED;
    if (transcript.size() < MOST_CALLS) transcript.push_back(call);
    if (++calls != failAt) {
        return false;
    }
    failed = call;
    return true;
}

extern "C" bool double_has_context() { return !current.empty(); }

extern "C" bool double_is_stream(void *stream) { LOCKED; return streams.count(stream) > 0; }

static char kindOf(const void *address, std::size_t bytes) {
    auto at = memory.upper_bound((std::uintptr_t)address);
    if (at == memory.begin()) return 0;
    --at;
    return (std::uintptr_t)address + bytes <= at->first + at->second.first ? at->second.second : 0;
}

extern "C" bool double_holds(const void *address, std::size_t bytes) {
    LOCKED;
    char kind = kindOf(address, bytes);
    return kind == 'd' || kind == 'm';
}

extern "C" void double_alive(const char *kind, int change) { LOCKED; alive[kind] += change; }

void double_enqueue(void *stream, std::function<void()> work) { LOCKED; ((Stream *)stream)->work.push_back(work); }

static void step(Stream *stream) {
    auto work = stream->work.front();
    stream->work.pop_front();
    work();
}

static void drain(Stream *stream) { while (!stream->work.empty()) step(stream); }

static void reach(Event *event, long recorded) {
    while (event->done < recorded) step(event->stream);
}

static void drainAll() { for (void *stream : streams) drain((Stream *)stream); }

// ---- what tests ask -----------------------------------------------------------------------------------------------

extern "C" {
void double_reset() {
    LOCKED;
    calls = 0, failAt = -1, devices = 1, sharesMemory = 1, capacity = std::size_t(1) << 40, backwards = false;
    transcript.clear();
    failed.clear();
}
void double_fail_at(long call, int code) { LOCKED; calls = 0, failAt = call, failCode = code, failed.clear(); }
long double_calls() { LOCKED; return calls; }
const char *double_failed() { LOCKED; return failed.c_str(); }
int double_corruptions() { LOCKED; return corruptions; }
void double_set_devices(int count) { LOCKED; devices = count; }
void double_set_shares_memory(int shares) { LOCKED; sharesMemory = shares; }
void double_set_capacity(std::size_t bytes) { LOCKED; capacity = bytes; }
void double_set_backwards(int on) { backwards = on; }
std::size_t double_allocated() { LOCKED; return allocated; }
// What lives, but contexts and modules, which stay for the rest of the process.
int double_live() {
    LOCKED;
    int count = (int)(memory.size() + streams.size() + events.size());
    for (auto &kind : alive) count += kind.second;
    return count;
}
int double_contexts() { LOCKED; return contexts; }
int double_modules() { LOCKED; return (int)modules.size(); }
int double_depth() { return (int)current.size(); }
const char *double_transcript() {
    LOCKED;
    static std::string text;
    text.clear();
    for (auto &call : transcript) text += call + "\n";
    return text.c_str();
}

// ---- the driver API -----------------------------------------------------------------------------------------------

int cuInit(unsigned) { BEGIN(cuInit); return OK; }
int cuDriverGetVersion(int *version) { BEGIN(cuDriverGetVersion); *version = 13000; return OK; }
int cuDeviceGetCount(int *count) { BEGIN(cuDeviceGetCount); *count = devices; return devices ? OK : NO_DEVICE; }
int cuDeviceGet(int *device, int n) { BEGIN(cuDeviceGet); *device = n; return n < devices ? OK : INVALID_DEVICE; }
int cuDeviceGetName(char *name, int length, int) {
    BEGIN(cuDeviceGetName);
    std::strncpy(name, "test double", length);
    return OK;
}
int cuDeviceGetAttribute(int *value, int attribute, int) {
    BEGIN(cuDeviceGetAttribute);
    *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 89 ? sharesMemory : -1;
    return *value < 0 ? INVALID_VALUE : OK;
}
int cuDeviceTotalMem_v2(std::size_t *bytes, int) { BEGIN(cuDeviceTotalMem_v2); *bytes = std::size_t(4) << 30; return OK; }
int cuGetErrorName(int code, const char **name) {
    *name = code == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_OF_THE_DOUBLE";
    return OK;
}
int cuGetErrorString(int code, const char **text) {
    *text = code == OUT_OF_MEMORY ? "out of memory" : "as the test asked";
    return OK;
}

int cuDevicePrimaryCtxRetain(void **context, int) {
    BEGIN(cuDevicePrimaryCtxRetain);
    contexts++;
    *context = CONTEXT;
    return OK;
}
int cuDevicePrimaryCtxRelease_v2(int) {
    LOCKED;
    contexts--;
    return double_fails("cuDevicePrimaryCtxRelease_v2") ? failCode : OK;
}
int cuCtxPushCurrent_v2(void *context) {
    BEGIN(cuCtxPushCurrent_v2);
    if (context != CONTEXT || contexts == 0) return INVALID_CONTEXT;
    current.push_back(context);
    return OK;
}
int cuCtxPopCurrent_v2(void **) {
    LOCKED;
    if (current.empty()) return INVALID_CONTEXT;
    current.pop_back();
    return double_fails("cuCtxPopCurrent_v2") ? failCode : OK;
}

int cuModuleLoadData(void **module, const void *ptx) {
    BEGIN(cuModuleLoadData);
    NEEDS_CONTEXT;
    if (!std::strstr((const char *)ptx, "ptx of the double, compute_90")) return 218;
    *module = new int;
    modules.insert(*module);
    return OK;
}
int cuModuleUnload(void *module) {
    LOCKED;
    if (!modules.erase(module)) return INVALID_HANDLE;
    delete (int *)module;
    return double_fails("cuModuleUnload") ? failCode : OK;
}
int cuModuleGetFunction(void **function, void *module, const char *name) {
    BEGIN(cuModuleGetFunction);
    NEEDS_CONTEXT;
    if (!modules.count(module)) return INVALID_HANDLE;
    for (auto &kernel : KERNELS) {
        if (!std::strcmp(kernel.name, name)) {
            *function = (void *)&kernel;
            return OK;
        }
    }
    return NOT_FOUND;
}
int cuLaunchKernel(void *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
        unsigned blockZ, unsigned, void *stream, void **parameters, void **) {
    BEGIN(cuLaunchKernel);
    NEEDS_CONTEXT;
    if (!streams.count(stream)) return INVALID_HANDLE;
    if (gridX == 0 || gridY == 0 || gridZ != 1 || blockX != LANES || blockY != 1 || blockZ != 1) return INVALID_VALUE;
    const Kernel *kernel = (const Kernel *)function;
    std::vector<char> arguments((char *)parameters[0], (char *)parameters[0] + kernel->bytes);
    double_enqueue(stream, [=] {
        for (blockIdx.y = 0; blockIdx.y < gridY; blockIdx.y++) {
            for (blockIdx.x = 0; blockIdx.x < gridX; blockIdx.x++) kernel->run(arguments.data());
        }
    });
    return OK;
}

// Between guards, and full of NaN.
static int allocate(std::uintptr_t *address, std::size_t bytes, char kind) {
    if (bytes == 0) return INVALID_VALUE;
    if (kind != 'p' && allocated + bytes > capacity) return OUT_OF_MEMORY;
    std::size_t padded = (bytes + GUARD - 1) / GUARD * GUARD;
    char *block = (char *)std::aligned_alloc(GUARD, padded + 2 * GUARD);
    std::memset(block, 0xff, padded + 2 * GUARD);
    *address = (std::uintptr_t)block + GUARD;
    memory[*address] = {bytes, kind};
    allocated += kind == 'p' ? 0 : bytes;
    return OK;
}
static int release(std::uintptr_t address, bool pinned) {
    drainAll();
    auto at = memory.find(address);
    if (at == memory.end() || (at->second.second == 'p') != pinned) return INVALID_VALUE;
    std::size_t bytes = at->second.first, padded = (bytes + GUARD - 1) / GUARD * GUARD;
    for (std::size_t n = 0; n < GUARD; n++) {
        if (((unsigned char *)address)[-1 - (long)n] != 0xff || ((unsigned char *)address)[bytes + (n < padded + GUARD - bytes ? n : 0)] != 0xff) {
            corruptions++;
            break;
        }
    }
    allocated -= pinned ? 0 : bytes;
    memory.erase(at);
    std::free((char *)address - GUARD);
    return OK;
}
int cuMemAlloc_v2(std::uintptr_t *address, std::size_t bytes) {
    BEGIN(cuMemAlloc_v2);
    NEEDS_CONTEXT;
    return allocate(address, bytes, 'd');
}
int cuMemAllocManaged(std::uintptr_t *address, std::size_t bytes, unsigned flags) {
    BEGIN(cuMemAllocManaged);
    NEEDS_CONTEXT;
    return flags == 1 ? allocate(address, bytes, 'm') : INVALID_VALUE;
}
int cuMemFree_v2(std::uintptr_t address) {
    LOCKED;
    NEEDS_CONTEXT;
    int status = release(address, false);
    return double_fails("cuMemFree_v2") ? failCode : status;
}
int cuMemHostAlloc(void **address, std::size_t bytes, unsigned) {
    BEGIN(cuMemHostAlloc);
    NEEDS_CONTEXT;
    return allocate((std::uintptr_t *)address, bytes, 'p');
}
int cuMemFreeHost(void *address) {
    LOCKED;
    NEEDS_CONTEXT;
    int status = release((std::uintptr_t)address, true);
    return double_fails("cuMemFreeHost") ? failCode : status;
}
int cuMemcpyHtoDAsync_v2(std::uintptr_t to, const void *from, std::size_t bytes, void *stream) {
    BEGIN(cuMemcpyHtoDAsync_v2);
    NEEDS_CONTEXT;
    if (!streams.count(stream)) return INVALID_HANDLE;
    if (!double_holds((void *)to, bytes) || kindOf(from, bytes) != 'p') return INVALID_VALUE;
    double_enqueue(stream, [=] { std::memcpy((void *)to, from, bytes); });
    return OK;
}
int cuMemcpyDtoHAsync_v2(void *to, std::uintptr_t from, std::size_t bytes, void *stream) {
    BEGIN(cuMemcpyDtoHAsync_v2);
    NEEDS_CONTEXT;
    if (!streams.count(stream)) return INVALID_HANDLE;
    if (!double_holds((void *)from, bytes) || kindOf(to, bytes) != 'p') return INVALID_VALUE;
    double_enqueue(stream, [=] { std::memcpy(to, (void *)from, bytes); });
    return OK;
}

int cuStreamCreate(void **stream, unsigned flags) {
    BEGIN(cuStreamCreate);
    NEEDS_CONTEXT;
    if (flags != 1) return INVALID_VALUE;
    streams.insert(*stream = new Stream);
    return OK;
}
int cuStreamDestroy_v2(void *stream) {
    LOCKED;
    NEEDS_CONTEXT;
    if (!streams.count(stream)) return INVALID_HANDLE;
    drain((Stream *)stream);
    for (void *event : events) {
        if (((Event *)event)->stream == stream) ((Event *)event)->stream = nullptr;
    }
    streams.erase(stream);
    delete (Stream *)stream;
    return double_fails("cuStreamDestroy_v2") ? failCode : OK;
}
int cuStreamSynchronize(void *stream) {
    BEGIN(cuStreamSynchronize);
    NEEDS_CONTEXT;
    if (!streams.count(stream)) return INVALID_HANDLE;
    drain((Stream *)stream);
    return OK;
}
int cuStreamWaitEvent(void *stream, void *event, unsigned) {
    BEGIN(cuStreamWaitEvent);
    NEEDS_CONTEXT;
    if (!streams.count(stream) || !events.count(event)) return INVALID_HANDLE;
    Event *awaited = (Event *)event;
    long recorded = awaited->recorded;
    double_enqueue(stream, [=] { reach(awaited, recorded); });
    return OK;
}
int cuEventCreate(void **event, unsigned flags) {
    BEGIN(cuEventCreate);
    NEEDS_CONTEXT;
    Event *made = new Event;
    made->timed = flags == 0;
    events.insert(*event = made);
    return flags == 0 || flags == 2 ? OK : INVALID_VALUE;
}
int cuEventDestroy_v2(void *event) {
    LOCKED;
    NEEDS_CONTEXT;
    if (!events.count(event)) return INVALID_HANDLE;
    drainAll();
    events.erase(event);
    delete (Event *)event;
    return double_fails("cuEventDestroy_v2") ? failCode : OK;
}
int cuEventRecord(void *event, void *stream) {
    BEGIN(cuEventRecord);
    NEEDS_CONTEXT;
    if (!streams.count(stream) || !events.count(event)) return INVALID_HANDLE;
    Event *recorded = (Event *)event;
    if (recorded->stream) reach(recorded, recorded->recorded);  // so that a count suffices
    recorded->stream = (Stream *)stream;
    long number = ++recorded->recorded;
    double_enqueue(stream, [=] { recorded->done = number; });
    return OK;
}
int cuEventSynchronize(void *event) {
    BEGIN(cuEventSynchronize);
    NEEDS_CONTEXT;
    if (!events.count(event)) return INVALID_HANDLE;
    reach((Event *)event, ((Event *)event)->recorded);
    return OK;
}
int cuEventElapsedTime(float *millis, void *start, void *end) {
    BEGIN(cuEventElapsedTime);
    if (!events.count(start) || !events.count(end) || !((Event *)start)->timed || !((Event *)end)->timed)
        return INVALID_HANDLE;
    *millis = 1.5f;
    return OK;
}
}
