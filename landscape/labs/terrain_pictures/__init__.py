"""Pictures of the lay of the land: problems to choose from, and networks and maps of their local optima."""
