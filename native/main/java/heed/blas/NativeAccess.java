package heed.blas;

import heed.attention.Availability.Unavailable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.Optional;

/// Whether Java lets this module call native code.
public final class NativeAccess {
    private NativeAccess() {}

    /// Why none may be called, if that is so. To be asked before anything that calls some: a class that could not be
    /// initialised for it stays so, and later errors no longer say why.
    @SuppressWarnings("restricted") // that it is restricted is the question
    public static Optional<Unavailable> denial() {
        try {
            var _ = Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid());
            return Optional.empty();
        } catch (IllegalCallerException denied) {
            return Optional.of(new Unavailable(
                    "native access is denied to heed.blas",
                    "start Java with --enable-native-access=heed.blas, or ALL-UNNAMED on the class path"));
        }
    }
}
