"""The verbs of the kernel, one module per subject."""
