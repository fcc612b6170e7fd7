"""The lay of the land of discrete problems, as numbers: walks, descents, local optima, networks, maps of bit strings."""
