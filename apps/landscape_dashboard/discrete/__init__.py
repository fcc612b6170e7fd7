"""The Discrete page: problems over tours, strings, graphs and schedules, methods side by side, and an exact solver."""
