"""The measurements that make up the benchmarks."""
