"""Checks: each looks at one thing that a library holds, and yields what it finds."""
