"""Cinemas and the site on this machine, run by `make demo`: databases, content, web servers, one
terminal.

The supervisor itself never imports Django; whatever needs it runs as a child process.
"""
