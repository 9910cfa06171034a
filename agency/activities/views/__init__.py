"""The pages of the kernel, by what one comes for."""
