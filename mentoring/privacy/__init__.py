"""What mentoring knows about a person, and how it lets them go."""
