"""The agency of the demonstration: its prose, its calendar, and the story of its past."""
