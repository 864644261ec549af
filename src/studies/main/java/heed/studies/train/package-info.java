/// Small pieces that are trained: layers with their exact gradients, losses, optimisers and checkpoints, in
/// double.
///
/// A layer's gradient is written out, not recorded: [heed.studies.train.Layer] says what it keeps between the
/// two passes. Everything is seeded and runs on one thread: the same seed gives the same bits.
///
/// In reading order: [heed.studies.train.Parameter], [heed.studies.train.Layer], [heed.studies.train.Linear],
/// [heed.studies.train.AttentionHeads], [heed.studies.train.Optimiser].
package heed.studies.train;
