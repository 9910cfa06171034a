"""Papers of mentoring that one works with: made on the spot, kept nowhere."""
