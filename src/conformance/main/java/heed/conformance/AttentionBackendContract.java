package heed.conformance;

/// Everything an attention backend must do, as tests: implement [#backend] and inherit the rest.
///
/// ```java
/// final class VectorBackendTest implements AttentionBackendContract {
///     @Override
///     public AttentionBackend backend() {
///         return new VectorBackend();
///     }
/// }
/// ```
///
/// | part                     | asks                                                                          |
/// |--------------------------|-------------------------------------------------------------------------------|
/// | [GoldenContract]         | what other projects computed                                                  |
/// | [SizesContract]          | the reference, at awkward sizes, heads and types                              |
/// | [TypesContract]          | the reference on what is stored: every type, rows and panels, scales          |
/// | [MaskContract]           | every mask, alignment, bias shape, cap, sink and expression                   |
/// | [MaskKindsContract]      | masks that no interval tells, against boolean tensors                          |
/// | [ExpressionContract]     | user functions, against the reference that interprets them                    |
/// | [ExpressionRangeContract] | those whose values pass the range of f32                                     |
/// | [GradientContract]       | gradients: the reference, finite differences, any threads                     |
/// | [GradientEdgesContract]  | gradients of what is not finite, of f64, of biases broadcast over many rows   |
/// | [GradientRunsContract]   | gradient plans of many threads, and memory that is only read                  |
/// | [DiagnosticsContract]    | entropy, sums and masses of the reference, the output unchanged               |
/// | [CancellationContract]   | runs that end early, and the plan after them                                  |
/// | [LengthsContract]        | padded and packed sequences of unequal lengths                                |
/// | [PagedContract]          | keys in pages: the bits of keys that lie together                             |
/// | [SharedPrefixContract]   | keys that sequences share, read once: what each gives alone                   |
/// | [PageRefusalContract]    | page tables that do not fit, refused by sequence and index                    |
/// | [LayoutContract]         | strides, offsets, heap and native memory, untouched gaps                      |
/// | [MergeContract]          | splits that merge to the whole, rows that see nothing                         |
/// | [NonFiniteContract]      | NaN and ±∞ on both sides of every mask edge, large finite masks               |
/// | [DeterminismContract]    | the same bits whatever the plan, threads, neighbours, memory                  |
/// | [ConcurrencyContract]    | many threads, one executor nested, confined and closing arenas                |
/// | [RefusalContract]        | bad input refused with nothing written                                        |
///
/// A backend whose runs leave no garbage shows it by [AllocationContract]; `reference`, which is there to be
/// read, does not.
///
/// An unavailable backend and a spec it does not support are skipped with their reason; `HEED_REQUIRE` turns the
/// former into a failure. Failures print the seed of their random tensors.
public interface AttentionBackendContract
        extends GoldenContract,
                SizesContract,
                TypesContract,
                MaskContract,
                MaskKindsContract,
                ExpressionContract,
                ExpressionRangeContract,
                GradientContract,
                GradientEdgesContract,
                GradientRunsContract,
                DiagnosticsContract,
                CancellationContract,
                LengthsContract,
                PagedContract,
                SharedPrefixContract,
                PageRefusalContract,
                LayoutContract,
                MergeContract,
                NonFiniteContract,
                DeterminismContract,
                ConcurrencyContract,
                RefusalContract {}
