"""What labs about learning rates share: a toy network that is trained by rates given step by step."""
