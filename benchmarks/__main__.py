"""``make bench``: run every benchmark and print its ratios."""

from benchmarks import bench_assemble, bench_collect, bench_ledger

if __name__ == "__main__":
    bench_assemble.main()
    bench_ledger.main()
    bench_collect.main()
