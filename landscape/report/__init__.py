"""Pages to read: the gallery of surfaces."""
