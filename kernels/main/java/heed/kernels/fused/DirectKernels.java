package heed.kernels.fused;

import heed.kernels.tile.StoredKernels;

/// The kernels for one type of keys and values: a copy for each kind of memory.
///
/// @param onHeap for segments of arrays
/// @param offHeap for native segments
public record DirectKernels(StoredKernels onHeap, StoredKernels offHeap) {}
