/// oneDNN for Linux on x86-64: resources alone, no code; none where this artifact was built on another platform.
///
/// They lie under `heed/onednn/linux-x86_64/`, as those of `heed.openblas` do and for the same reasons, with an index
/// `libraries.sha256` in the order to open them.
open module heed.onednn {}
