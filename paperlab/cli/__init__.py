"""The command line: a module a verb, each declares arguments, calls one service, prints."""
