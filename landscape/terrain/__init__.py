"""The lay of the land of discrete problems, as numbers: walks, descents, optima, networks, maps of bit strings."""
