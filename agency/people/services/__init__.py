"""The verbs of the directory, one module per subject."""
