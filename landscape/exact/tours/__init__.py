"""What the proof of a shortest tour is made of: relaxations, cuts, and tours to compare with."""
