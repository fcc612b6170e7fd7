"""What the layers of a net know of its input and its target: training, and an estimate by bins."""
