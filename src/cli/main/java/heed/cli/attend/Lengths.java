package heed.cli.attend;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSizes;
import heed.attention.ElementType;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import heed.cli.input.InputException;
import java.util.Arrays;
import java.util.Optional;

/// The sequences of a call: how many, how long, where their queries stand, and the tree that those may be.
final class Lengths {
    private Optional<Rows> query = Optional.empty();
    private Optional<Rows> kv = Optional.empty();
    private Optional<int[]> offsets = Optional.empty();
    private Optional<Tensor> tree = Optional.empty();

    void query(Rows rows) {
        query = once(query, rows);
    }

    void kv(Rows rows) {
        kv = once(kv, rows);
    }

    private static Optional<Rows> once(Optional<Rows> before, Rows rows) {
        before.ifPresent(other -> {
            throw new InputException("%s and %s say the same: give one of them", other.option(), rows.option());
        });
        return Optional.of(rows);
    }

    void offsets(int[] positions) {
        offsets = Optional.of(positions);
    }

    void tree(Tensor tensor) {
        tree = Optional.of(tensor);
    }

    /// The sizes of the run.
    ///
    /// @param queries sizes of the query tensor
    /// @param mostKeys that a sequence can have
    AttentionSizes sizes(Tensor queries, int mostKeys) {
        int rows = queries.size(2);
        return new AttentionSizes(
                batch(queries),
                query.map(given -> given.longest(rows)).orElse(rows),
                kv.map(given -> given.longest(mostKeys)).orElse(mostKeys));
    }

    /// What lies one sequence after the other says how many there are; else the query does.
    private int batch(Tensor queries) {
        return query.filter(Rows::areStarts)
                .or(() -> kv.filter(Rows::areStarts))
                .map(Rows::batch)
                .orElse(queries.size(0));
    }

    void give(AttentionArguments arguments, AttentionSizes sizes) {
        if (query.isPresent() || kv.isPresent() || offsets.isPresent()) {
            SequenceLengths lengths = new SequenceLengths(sizes.batch());
            query.ifPresent(rows -> rows.giveQueries(lengths));
            kv.ifPresent(rows -> rows.giveKeys(lengths));
            offsets.ifPresent(positions -> lengths.offsets(each(positions, sizes.batch())));
            arguments.lengths(lengths);
        }
        tree.ifPresent(tensor -> arguments.treeBits(bits(tensor, sizes)));
    }

    /// One position is that of every sequence.
    private static int[] each(int[] positions, int batch) {
        if (positions.length != 1) {
            return positions;
        }
        int[] all = new int[batch];
        Arrays.fill(all, positions[0]);
        return all;
    }

    private long[] bits(Tensor tensor, AttentionSizes sizes) {
        checkTree(tensor, sizes);
        TreeWords words = new TreeWords(tensor);
        for (int b = 0; b < sizes.batch(); b++) {
            int sequence = b;
            int len = query.map(rows -> rows.len(sequence)).orElse(sizes.queryLen());
            words.add(b, Math.min(len, sizes.queryLen()));
        }
        return words.all();
    }

    private static void checkTree(Tensor tensor, AttentionSizes sizes) {
        int rank = tensor.rank();
        boolean fits = tensor.type() == ElementType.BOOL
                && (rank == 2 || rank == 3 && (tensor.size(0) == 1 || tensor.size(0) == sizes.batch()))
                && tensor.size(rank - 2) >= sizes.queryLen()
                && tensor.size(rank - 1) >= sizes.queryLen();
        if (!fits) {
            throw new InputException(
                    "--tree must be bool [queryLen, queryLen], or one for each sequence: queryLen=%d, batch=%d, --tree=%s",
                    sizes.queryLen(), sizes.batch(), tensor);
        }
    }
}
