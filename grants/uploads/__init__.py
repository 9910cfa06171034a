"""What the house accepts as a paper: told from its content, looked at before it is kept."""
