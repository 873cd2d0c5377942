"""Measurements of what the product promises; see docs/benchmarks.md."""
