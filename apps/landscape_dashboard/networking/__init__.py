"""What the Networks page needs beside its layout: its state, its rail, what it computes, what is taken away."""
