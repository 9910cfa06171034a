"""What aid knows about people, and how it lets them go."""
