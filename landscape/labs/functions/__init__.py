"""What labs about functions of one variable share: targets that people name, type or draw, and pieces of ReLU nets."""
