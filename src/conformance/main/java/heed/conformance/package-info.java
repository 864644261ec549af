/// The contract of a backend, as tests to inherit: see [AttentionBackendContract] and [GemmBackendContract].
package heed.conformance;
