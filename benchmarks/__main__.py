"""``make bench``: run every benchmark and print its ratios."""

from benchmarks import (
    bench_assemble,
    bench_collect,
    bench_import,
    bench_ledger,
    bench_many_contents,
    bench_send_sendgrid,
    bench_send_smtp,
)

if __name__ == "__main__":
    bench_assemble.main()
    bench_ledger.main()
    bench_import.main()
    bench_send_sendgrid.main()
    bench_many_contents.main()
    bench_send_smtp.main()
    bench_collect.main()
