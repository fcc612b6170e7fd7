"""What labs of learning share: small networks, many at once, and the rows they learn from."""
