"""What happens in mentoring: one module for each chapter of an edition."""
