package heed.model;

import heed.model.text.TextTokenizer;
import heed.model.transformer.LlamaDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One request on its way: the prompt is read once, in chunks; then each continuation is a fork of it, and a
/// step reads the last token of every continuation that goes on.
final class Generation {
    private final LlamaDecoder decoder;
    private final TextTokenizer tokenizer;
    private final GenerationRequest request;
    private final int[] prompt;
    private final int tokens;
    private final Llama.Listener listener;

    /// @param tokens the most that are added
    Generation(
            LlamaDecoder decoder,
            TextTokenizer tokenizer,
            GenerationRequest request,
            int[] prompt,
            int tokens,
            Llama.Listener listener) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.request = request;
        this.prompt = prompt;
        this.tokens = tokens;
        this.listener = listener;
    }

    /// The texts.
    List<String> run(int vocabulary) {
        float[] logits = new float[vocabulary];
        int parent = decoder.newSequence();
        prefill(parent);
        decoder.readLogits(0, logits);
        List<Continuation> all = new ArrayList<>();
        for (int n = 0; n < request.continuations(); n++) {
            Continuation next = new Continuation(n, decoder.fork(parent));
            next.tell();
            next.choose(logits);
            all.add(next);
        }
        decoder.free(parent);
        for (List<Continuation> going = going(all); !going.isEmpty(); going = going(all)) {
            step(going, logits);
        }
        return all.stream().map(Continuation::text).toList();
    }

    private void prefill(int sequence) {
        for (int at = 0; at < prompt.length; at += Llama.MAX_ROWS) {
            int[] chunk = Arrays.copyOfRange(prompt, at, Math.min(prompt.length, at + Llama.MAX_ROWS));
            decoder.step(new int[] {sequence}, List.of(chunk));
        }
    }

    private static List<Continuation> going(List<Continuation> all) {
        return all.stream().filter(one -> !one.ended).toList();
    }

    private void step(List<Continuation> going, float[] logits) {
        int[] sequences = going.stream().mapToInt(one -> one.sequence).toArray();
        decoder.step(
                sequences, going.stream().map(one -> new int[] {one.last()}).toList());
        for (int b = 0; b < sequences.length; b++) {
            decoder.readLogits(b, logits);
            going.get(b).choose(logits);
        }
    }

    /// A text that grows.
    private final class Continuation {
        private final int number;
        private final int sequence;
        private final Sampler sampler;
        private final int[] all = Arrays.copyOf(prompt, prompt.length + tokens);
        private int count = prompt.length;
        private int told;
        private boolean ended;

        Continuation(int number, int sequence) {
            this.number = number;
            this.sequence = sequence;
            sampler = new Sampler(request.sampling(), number);
        }

        int last() {
            return all[count - 1];
        }

        String text() {
            return tokenizer.decode(Arrays.copyOf(all, count));
        }

        void choose(float[] logits) {
            int token = sampler.next(logits);
            if (tokenizer.isEnd(token)) {
                end();
                return;
            }
            all[count++] = token;
            if (count == all.length) {
                end();
            } else {
                tell();
            }
        }

        private void end() {
            ended = true;
            decoder.free(sequence);
            tell();
        }

        /// Tells what is new, but for bytes at the end that may become a character with the next token.
        private void tell() {
            String text = text();
            int whole = ended ? text.length() : withoutOpenCharacter(text);
            if (whole > told) {
                listener.more(number, text.substring(told, whole));
                told = whole;
            }
        }

        private static int withoutOpenCharacter(String text) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == '\ufffd') {
                end--;
            }
            return end;
        }
    }
}
