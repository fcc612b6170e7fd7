"""The Labs page: what it is asked for, what it remembers, what a browser draws, and what can be taken away."""
