"""One place for the version."""
VERSION = "0.1.0"
