/// Tensors in files: `.npy`, NumPy's array format.
package heed.attention.file;
