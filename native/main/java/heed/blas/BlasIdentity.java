package heed.blas;

import heed.blas.bindings.MKL_Get_Version_String;
import heed.blas.bindings.bli_arch_query_id;
import heed.blas.bindings.bli_arch_string;
import heed.blas.bindings.bli_info_get_blas_int_type_size;
import heed.blas.bindings.bli_info_get_version_str;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a BLAS library says of itself.
///
/// | kind       | told by                    | version of                             |
/// |------------|----------------------------|----------------------------------------|
/// | `openblas` | `openblas_get_config`      | its configuration                      |
/// | `blis`     | `bli_info_get_version_str` | the same                               |
/// | `mkl`      | `MKL_Get_Version_String`   | the same                               |
/// | `blas`     | none of these              | nothing: the file's hash stands for it |
///
/// @param kind the name of its backends, without the version
/// @param version as a backend's name tells it
/// @param title what people call it
/// @param configuration how it was built
/// @param core the processor whose kernels it has chosen
/// @param integerBits width of its sizes, if it tells: 32 or 64
/// @param optional further products that it exports and that not every BLAS has
record BlasIdentity(
        String kind,
        String version,
        String title,
        Optional<String> configuration,
        Optional<String> core,
        OptionalInt integerBits,
        List<String> optional) {

    static final String WRONG_INTEGERS = "must take 32-bit sizes, and this one takes 64-bit ones";

    private static final Pattern VERSION = Pattern.compile("\\d+(\\.[0-9A-Za-z]+)+");
    private static final int HASH_DIGITS = 12;
    private static final int TEXT_BYTES = 256;
    private static final List<String> OPTIONAL =
            List.of("cblas_sgemm_batch", "cblas_sgemm_batch_strided", "cblas_sbgemm", "cblas_gemm_bf16bf16f32");

    /// Asks the library; `sha256` is its file's.
    static BlasIdentity of(Cblas cblas, SymbolLookup symbols, String sha256) {
        CblasAddresses at = cblas.addresses();
        List<String> optional =
                OPTIONAL.stream().filter(name -> symbols.find(name).isPresent()).toList();
        String unknown = sha256.substring(0, HASH_DIGITS);
        Optional<String> openblas = cblas.config();
        if (openblas.isPresent()) {
            OptionalInt bits = OptionalInt.of(openblas.get().contains("USE64BITINT") ? 64 : 32);
            String version = version(openblas.get(), unknown);
            return new BlasIdentity("openblas", version, "OpenBLAS", openblas, cblas.coreName(), bits, optional);
        }
        Optional<String> blis = at.blisVersion().map(address -> Cblas.text(bli_info_get_version_str.invoke(address)));
        if (blis.isPresent()) {
            String version = version(blis.get(), unknown);
            Optional<String> config = blis.map(text -> "BLIS " + text);
            return new BlasIdentity("blis", version, "BLIS", config, blisCore(at), blisBits(at), optional);
        }
        Optional<String> mkl = at.mklVersion().map(BlasIdentity::mklVersion);
        String kind = mkl.isPresent() ? "mkl" : "blas";
        String version = mkl.map(text -> version(text, unknown)).orElse(unknown);
        return new BlasIdentity(
                kind,
                version,
                mkl.isPresent() ? "oneMKL" : "CBLAS",
                mkl,
                Optional.empty(),
                OptionalInt.empty(),
                optional);
    }

    /// This, of a library whose sizes were found to have 32 bits.
    BlasIdentity with32BitIntegers() {
        return new BlasIdentity(kind, version, title, configuration, core, OptionalInt.of(32), optional);
    }

    /// The backends of this library, as users call them.
    String name() {
        return kind + "@" + version;
    }

    /// What there is to tell beside name and version, as [heed.attention.AttentionBackend#details] has it.
    Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        configuration.ifPresent(text -> details.put("configuration", text));
        core.ifPresent(text -> details.put("core", text));
        integerBits.ifPresent(bits -> details.put("integerBits", Integer.toString(bits)));
        if (!optional.isEmpty()) {
            details.put("optional", String.join(" ", optional));
        }
        return details;
    }

    private static Optional<String> blisCore(CblasAddresses at) {
        return at.blisArch()
                .flatMap(query -> at.blisArchName()
                        .map(name -> Cblas.text(bli_arch_string.invoke(name, bli_arch_query_id.invoke(query)))));
    }

    /// The lower half alone: the function's result has the width of BLIS's own integers, which may be 32.
    private static OptionalInt blisBits(CblasAddresses at) {
        return at.blisIntegerBits().stream()
                .mapToInt(address -> (int) bli_info_get_blas_int_type_size.invoke(address))
                .findFirst();
    }

    private static String mklVersion(MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(TEXT_BYTES);
            MKL_Get_Version_String.invoke(address, text, TEXT_BYTES - 1);
            return text.getString(0).strip();
        }
    }

    private static String version(String text, String otherwise) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.find() ? matcher.group() : otherwise;
    }
}
