package heed.attention;

import java.util.List;
import java.util.Optional;

/// Which backend was chosen for a spec, why, and why not the others.
///
/// @param chosen name of the backend; empty if none can do it
/// @param why one clause: what decided, or why there is none
/// @param candidates every backend, in the order of preference
public record Explanation(Optional<String> chosen, String why, List<Candidate> candidates) {
    /// Keeps a copy of the candidates.
    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /// One backend's standing.
    ///
    /// @param name its name
    /// @param verdict `chosen`, or one clause on why not
    public record Candidate(String name, String verdict) {}

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(chosen.orElse("no backend")).append(": ").append(why);
        for (Candidate candidate : candidates) {
            text.append("\n  ").append(candidate.name).append(": ").append(candidate.verdict);
        }
        return text.toString();
    }
}
