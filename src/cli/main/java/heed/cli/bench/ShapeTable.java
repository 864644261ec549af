package heed.cli.bench;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The shapes that are measured unless told otherwise.
public final class ShapeTable {
    private ShapeTable() {}

    /// Prefill of long and short prompts at every usual head size, decode from every kind of cache, and the smallest
    /// call, whose time is what any call costs.
    public static List<BenchShape> defaults() {
        return shapes(
                "8/8,2048/2048,128",
                "8/8,2048/2048,128,causal",
                "8/8,2048/2048,64",
                "8/8,2048/2048,64,causal",
                "8/8,8192/8192,128",
                "8/8,8192/8192,128,causal",
                "8/8,8192/8192,64",
                "8/8,8192/8192,64,causal",
                "8/8,2048/2048,96",
                "8/8,2048/2048,80",
                "8/8,2048/2048,256",
                "32/32,128/128,64",
                "8/8,2048/2048,128,f16",
                "8/8,2048/2048,128,bf16",
                "32/8,1/4096,128",
                "32/8,1/4096,128,panels",
                "32/8,1/4096,128,f16,panels",
                "32/8,1/4096,128,bf16,panels",
                "32/8,1/4096,128,int8,panels",
                "32/8,1/4096,128,int4,panels",
                "32/8,1/32768,128",
                "32/8,1/32768,128,panels",
                "32/8,1/32768,128,f16,panels",
                "32/8,1/32768,128,bf16,panels",
                "32/8,1/32768,128,int8,panels",
                "32/8,1/32768,128,int4,panels",
                "32/32,1/4096,128",
                "32/8,1/1024,128,batch=8",
                "1/1,1/16,128");
    }

    /// The fewest that still show both phases.
    public static List<BenchShape> quick() {
        return shapes("8/8,512/512,128", "32/8,1/4096,128");
    }

    /// Prefill of one head at lengths that double from 1024 to 16384: how time and memory grow.
    public static List<BenchShape> scaling() {
        BenchShape head = BenchShape.parse("1/1,1024/1024,128");
        return IntStream.rangeClosed(10, 14)
                .mapToObj(log -> head.withLength(1 << log))
                .toList();
    }

    private static List<BenchShape> shapes(String... texts) {
        return Stream.of(texts).map(BenchShape::parse).toList();
    }
}
