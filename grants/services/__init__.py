"""What happens to aid: one module for each chapter."""
