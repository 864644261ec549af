/// JMH benchmarks: attention and matrix products by backend, the pieces they are made of, and the machine's
/// ceilings.
///
/// On the class path, since the microkernels are no module's exports.
@org.jspecify.annotations.NullMarked
package heed.bench;
