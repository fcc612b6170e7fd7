"""A multilayer perceptron in a hundred lines: `mlp.py` needs NumPy and nothing else, and runs by itself."""
