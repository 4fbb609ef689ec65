"""``make stop``: stop the private database server, should a killed program have left it behind."""

from .. import postgres


def main(_arguments: list[str]) -> int:
    """Stop the server."""
    postgres.stop()
    return 0
