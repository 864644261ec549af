// The test double of CUDA: shared libraries with the ABI of the functions that Heed calls, which run Heed's own kernels
// on the CPU. They prove the sequence of calls, layouts, strides, ownership and error paths; not a GPU's numerics, not
// its speed.
//
// It is the laziest GPU that the documents allow: whatever goes to a stream waits there until somebody synchronises
// with it, so a buffer that is reused too early, or an event that nobody waits for, gives wrong results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

// Begins a call: records it and says whether it must fail, as the test asked. `destroys` calls do their work even so.
extern "C" bool double_fails(const char *call);

// Of the driver, for cuBLAS.
extern "C" bool double_has_context();
extern "C" bool double_is_stream(void *stream);
extern "C" bool double_holds(const void *address, std::size_t bytes);
extern "C" void double_alive(const char *kind, int change);
void double_enqueue(void *stream, std::function<void()> work);

float double_widen(unsigned short h, int type);  // 2 f16, 14 bf16
