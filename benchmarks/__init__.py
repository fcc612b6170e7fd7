"""Our own speed against lower bounds: `python -m benchmarks [part ...]`, in a checkout, never installed."""
