"""Values and pure rules: no I/O, nothing of JSON, SQL or widgets."""
