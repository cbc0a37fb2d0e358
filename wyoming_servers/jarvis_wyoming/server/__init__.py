"""The shell that both servers share: everything about Wyoming but the speech.

A server is a `Service`; `run` in `program.py` gives it a command line, a port, limits,
Zeroconf, metrics, health and an orderly end.
"""
