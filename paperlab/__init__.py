"""paperlab: read, search, mark and understand papers in the terminal."""

__version__ = "0.1.0"
