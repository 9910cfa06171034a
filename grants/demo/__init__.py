"""Aid in the demo."""
