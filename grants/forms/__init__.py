"""What is asked of applicants and of the desk."""
