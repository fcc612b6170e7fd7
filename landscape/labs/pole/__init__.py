"""A cart with a pole: its physics, policies for it, and how methods of the catalog train them."""
