// Everything of attention that is not a matrix product: the online softmax over a block of keys (Milakov and
// Gimelshein 2018, arXiv:1805.02867, algorithm 3) and what goes with it.
//
// Rows are stacked: row r of a kv head is query r / group of query head kvHead * group + r % group. A block of
// threads has one row (or one key) and walks along it, lane by lane. Neighbouring lanes touch neighbouring elements,
// and sums go up one fixed tree: the bits of a row depend on nothing else.
//
// The code is CUDA C and, with the macros below defined otherwise, C++: EACH_LANE then loops over the lanes of a
// block, one after the other, and a barrier is nothing. So a stretch between two barriers must not read what
// another lane writes in it. Kernels take one struct each, 8-byte members first; Java lays out the same.

#ifndef EACH_LANE
#define EACH_LANE(lane) for (int lane = threadIdx.x, once = 1; once; once = 0)
#define BARRIER __syncthreads()
#endif

#define LANES 128
#define KEYS 512
#define HIDDEN_32 0x80000000u
#define HIDDEN_16 0x8000u

enum Type { F32 = 0, F16 = 1, BF16 = 2 };

// What a weight of f16 is multiplied by first: one of 2^-28 is a normal number then, and one of 2^-38 no 0. Many keys of
// small weights lose nothing beside one of a large one. A weight passes 1 by the rounding of its score alone, so 4 is
// passed only where scores mean nothing; it is cut off there, and stays finite.
#define F16_SCALE 16384.0f
#define F16_MOST 65504.0f

// What a weight is multiplied by between one part of 16 bits and the next, so that no part falls below the normal
// numbers of f16; bf16 has the range of f32.
#define F16_STEP 2048.0f

struct StartArguments {
    float *output, *max, *sum;
    int rows, valueDim;
};

struct SoftmaxArguments {
    float *scores;            // [kv heads][rows][KEYS]; of f32, the weights take their place
    unsigned short *parts;    // [part][kv heads][rows][KEYS], the weights of 16 bits
    float *output;            // [kv heads][allRows][valueDim]
    float *max, *sum;         // [kv heads][allRows]
    const int *first, *end;   // [queries]: the keys that a query's interval shows
    const unsigned char *mask;  // [1 or query heads][queries of the tile][KEYS], or 0
    const float *bias;          // the same
    int rows, allRows, firstRow, group, valueDim, firstKey, keys, maskHeadStride, biasHeadStride, type, partCount, kvHeads;
    float scale, softcap;
};

struct FinishArguments {
    float *output;
    const float *max, *sum;
    const float *sink;  // [query heads], or 0
    double *logSumExp;
    int *nonFinite;  // becomes 1 if an element is no number, or infinite
    double probabilityScale;
    int rows, group, valueDim, unused;
};

struct GatherArguments {
    unsigned char *to;        // [kv heads][keys][dim]
    const long long *rows;    // [keys]: where the row of kv head 0 lies
    long long headStride, dimStride;  // bytes
    int keys, dim, bytes, unused;
};

struct CleanArguments {
    const unsigned char *values;
    unsigned char *clean;
    long long headStride, cleanHeadStride;  // elements
    int dim, type;
};

struct StraysArguments {
    const unsigned char *weights;  // f32, or part 0 of 16 bits
    const unsigned char *values;
    float *output;
    long long headStride;  // elements of the values
    int rows, allRows, firstRow, valueDim, keys, type;
};

static __device__ inline unsigned int bits_of(float x) { return __float_as_uint(x); }

static __device__ inline int is_finite(float x) { return (bits_of(x) & 0x7f800000u) != 0x7f800000u; }

static __device__ inline float minus_infinity() { return __uint_as_float(0xff800000u); }

static __device__ inline float widen_bf16(unsigned int h) { return __uint_as_float(h << 16); }

static __device__ inline unsigned int round_bf16(float x) {
    unsigned int b = bits_of(x);
    if ((b & 0x7fffffffu) > 0x7f800000u) {
        return (b >> 16) | 0x40u;
    }
    return (b + 0x7fffu + ((b >> 16) & 1u)) >> 16;
}

static __device__ inline float widen_f16(unsigned int h) {
    unsigned int sign = (h & 0x8000u) << 16;
    unsigned int rest = h & 0x7fffu;
    if (rest >= 0x7c00u) {
        return __uint_as_float(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    }
    // A multiplication by 2^112 moves the exponent's bias and is exact for subnormal numbers, too.
    return __uint_as_float(sign | bits_of(__uint_as_float(rest << 13) * 5.192296858534828e33f));
}

// Rounds to nearest, ties to even.
static __device__ inline unsigned int round_f16(float x) {
    unsigned int b = bits_of(x);
    unsigned int sign = (b >> 16) & 0x8000u;
    unsigned int rest = b & 0x7fffffffu;
    if (rest > 0x7f800000u) {
        return sign | 0x7e00u;
    }
    if (rest >= 0x47800000u) {
        return sign | 0x7c00u;
    }
    if (rest < 0x38800000u) {
        // Adding 0.5 leaves the 2^-24 of a subnormal number in the last place, rounded.
        return sign | (bits_of(__uint_as_float(rest) + 0.5f) - 0x3f000000u);
    }
    return sign | ((rest - 0x38000000u + 0xfffu + ((rest >> 13) & 1u)) >> 13);
}

static __device__ inline float load(const unsigned char *at, long long n, int type) {
    if (type == F32) {
        return ((const float *)at)[n];
    }
    unsigned int h = ((const unsigned short *)at)[n];
    return type == F16 ? widen_f16(h) : widen_bf16(h);
}

// Rows that have seen nothing. Grid: rows, kv heads.
extern "C" __global__ void heed_start(StartArguments a) {
    long long at = (long long)blockIdx.y * a.rows + blockIdx.x;
    EACH_LANE(lane) {
        for (int d = lane; d < a.valueDim; d += LANES) {
            a.output[at * a.valueDim + d] = 0;
        }
        if (lane == 0) {
            a.max[at] = minus_infinity();
            a.sum[at] = 0;
        }
    }
}

// Turns the scores of a block of keys into weights relative to the row's maximum so far, adds them to its sum and
// rescales its output if the maximum moved. A hidden key weighs -0: it adds nothing and says that it was hidden.
// Grid: rows of the tile, kv heads.
extern "C" __global__ void heed_softmax(SoftmaxArguments a) {
    __shared__ float lanes[LANES];
    int row = a.firstRow + blockIdx.x;
    int query = row / a.group;
    int head = blockIdx.y * a.group + row % a.group;
    int tileQuery = query - a.firstRow / a.group;
    long long scoresAt = ((long long)blockIdx.y * a.rows + blockIdx.x) * KEYS;
    long long at = (long long)blockIdx.y * a.allRows + row;
    long long maskAt = (long long)head * a.maskHeadStride + (long long)tileQuery * KEYS;
    long long biasAt = (long long)head * a.biasHeadStride + (long long)tileQuery * KEYS;
    int first = a.first[query] - a.firstKey;
    int end = a.end[query] - a.firstKey;
    float hidden = minus_infinity();
    // Where a score is a product alone, what is kept is q . k, so that the scaled difference to the maximum is rounded
    // once, relative to itself: scores in the thousands lose nothing by their size.
    int plain = a.softcap == 0 && !a.bias && a.scale > 0;
    EACH_LANE(lane) {
        float max = hidden;
        for (int n = lane; n < a.keys; n += LANES) {
            float product = a.scores[scoresAt + n];
            float score = a.scale * product;
            if (a.softcap != 0) {
                score = a.softcap * tanhf(score / a.softcap);
            }
            float bias = a.bias ? a.bias[biasAt + n] : 0;
            int seen = n >= first && n < end && bias != hidden && (!a.mask || a.mask[maskAt + n]);
            score = seen ? (a.bias ? score + bias : score) : hidden;
            a.scores[scoresAt + n] = plain && score != hidden ? product : score;
            max = score > max ? score : max;  // NaN moves no maximum: it makes its weight and the sum NaN
        }
        lanes[lane] = max;
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
        BARRIER;
        EACH_LANE(lane) {
            if (lane < half) {
                lanes[lane] = lanes[lane + half] > lanes[lane] ? lanes[lane + half] : lanes[lane];
            }
        }
    }
    BARRIER;
    float before = a.max[at];
    float max = lanes[0] > before ? lanes[0] : before;
    float safe = max == hidden ? 0 : max;
    float rescale = max == before ? 1 : expf(before - safe);
    BARRIER;
    EACH_LANE(lane) {
        float sum = 0;
        for (int n = lane; n < a.keys; n += LANES) {
            float score = a.scores[scoresAt + n];
            float weight = score == hidden ? -0.0f : expf(plain ? fmaf(a.scale, score, -safe) : score - safe);
            sum += weight;
            if (a.type == F32) {
                a.scores[scoresAt + n] = weight;
            }
            float rest = a.type == F16 ? weight * F16_SCALE : weight;
            rest = a.type == F16 && rest > F16_MOST ? F16_MOST : rest;
            for (int part = 0; part < a.partCount; part++) {
                unsigned int h = a.type == F16 ? round_f16(rest) : round_bf16(rest);
                a.parts[(long long)part * a.kvHeads * a.rows * KEYS + scoresAt + n] = (unsigned short)h;
                rest -= a.type == F16 ? widen_f16(h) : widen_bf16(h);
                rest *= a.type == F16 ? F16_STEP : 1;
            }
        }
        lanes[lane] = sum;
        for (int d = lane; rescale != 1 && d < a.valueDim; d += LANES) {
            a.output[at * a.valueDim + d] *= rescale;
        }
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
        BARRIER;
        EACH_LANE(lane) {
            if (lane < half) {
                lanes[lane] += lanes[lane + half];
            }
        }
    }
    BARRIER;
    EACH_LANE(lane) {
        if (lane == 0) {
            a.sum[at] = a.sum[at] * rescale + lanes[0];
            a.max[at] = max;
        }
    }
}

// Divides by the sum and the sink's weight; a row that saw no key is 0, whatever hidden values have left in it. The sink
// comes last: weights of 16 bits are relative to the largest score, not to a sink that may be far above it.
// Grid: rows, kv heads.
extern "C" __global__ void heed_finish(FinishArguments a) {
    int head = blockIdx.y * a.group + blockIdx.x % a.group;
    long long at = (long long)blockIdx.y * a.rows + blockIdx.x;
    float sum = a.sum[at];
    double max = a.max[at];
    double sink = a.sink ? a.sink[head] : minus_infinity();
    double most = sink > max ? sink : max;
    double keys = sum == 0 ? 0 : exp(max - most);
    double total = sum * keys + (sink == minus_infinity() ? 0 : exp(sink - most));
    double factor = sum == 0 ? 0 : a.probabilityScale * keys / total;
    EACH_LANE(lane) {
        int finite = 1;
        for (int d = lane; d < a.valueDim; d += LANES) {
            float x = sum == 0 ? 0 : (float)(a.output[at * a.valueDim + d] * factor);
            a.output[at * a.valueDim + d] = x;
            finite &= is_finite(x);
        }
        if (!finite) {
            *a.nonFinite = 1;
        }
        if (lane == 0) {
            a.logSumExp[at] = sum == 0 ? sink : most + log(total);
        }
    }
}

// Brings rows that lie anywhere side by side. Grid: keys, kv heads.
extern "C" __global__ void heed_gather(GatherArguments a) {
    const unsigned char *from = (const unsigned char *)a.rows[blockIdx.x] + (long long)blockIdx.y * a.headStride;
    long long to = ((long long)blockIdx.y * a.keys + blockIdx.x) * a.dim;
    EACH_LANE(lane) {
        for (int d = lane; d < a.dim; d += LANES) {
            if (a.bytes == 4) {
                ((float *)a.to)[to + d] = *(const float *)(from + d * a.dimStride);
            } else {
                ((unsigned short *)a.to)[to + d] = *(const unsigned short *)(from + d * a.dimStride);
            }
        }
    }
}

// Copies values with 0 for what is not finite: 0 * NaN would reach rows that may not see it. Grid: keys, kv heads.
extern "C" __global__ void heed_clean(CleanArguments a) {
    long long from = (long long)blockIdx.y * a.headStride + (long long)blockIdx.x * a.dim;
    long long to = (long long)blockIdx.y * a.cleanHeadStride + (long long)blockIdx.x * a.dim;
    EACH_LANE(lane) {
        for (int d = lane; d < a.dim; d += LANES) {
            int finite = is_finite(load(a.values, from + d, a.type));
            if (a.type == F32) {
                ((float *)a.clean)[to + d] = finite ? ((const float *)a.values)[from + d] : 0;
            } else {
                ((unsigned short *)a.clean)[to + d] = finite ? ((const unsigned short *)a.values)[from + d] : 0;
            }
        }
    }
}

// Adds what heed_clean left out to the rows that see its key, as with any weight above 0. Grid: rows of the tile,
// kv heads.
extern "C" __global__ void heed_strays(StraysArguments a) {
    long long weightsAt = ((long long)blockIdx.y * a.rows + blockIdx.x) * KEYS;
    long long outputAt = ((long long)blockIdx.y * a.allRows + a.firstRow + blockIdx.x) * a.valueDim;
    EACH_LANE(lane) {
        for (int d = lane; d < a.valueDim; d += LANES) {
            float sum = 0;
            for (int n = 0; n < a.keys; n++) {
                float value = load(a.values, (long long)blockIdx.y * a.headStride + (long long)n * a.valueDim + d, a.type);
                int hidden = a.type == F32 ? ((const unsigned int *)a.weights)[weightsAt + n] == HIDDEN_32
                                           : ((const unsigned short *)a.weights)[weightsAt + n] == HIDDEN_16;
                sum += is_finite(value) || hidden ? 0 : value;
            }
            a.output[outputAt + d] += sum;
        }
    }
}
