"""The commands, one module each, each with a ``main`` that takes its arguments and returns an exit code."""
