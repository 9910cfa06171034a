"""What leaves the house on paper beside letters: charters, files, lists, the programme."""
