"""The reader, a capability a module: text, finding, marking; `screen.py` puts them together."""
