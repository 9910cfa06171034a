"""How pairs are doing, from facts alone: pure rules, no model and no text of theirs."""
