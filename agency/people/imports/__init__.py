"""Files of contacts and of organisations: read, compared with the directory, written."""
