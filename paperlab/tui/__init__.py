"""The terminal interface: screens wire, widgets show, nothing computes."""
