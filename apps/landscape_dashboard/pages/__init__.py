"""Pages: one file each, with NAME, PATH, ORDER, `layout()` and `register(app)`; the folder is the navigation."""
