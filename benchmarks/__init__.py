"""Benchmarks: ratios measured side by side in one run, never limits in a test."""
