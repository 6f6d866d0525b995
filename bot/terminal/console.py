"""Where the terminal's output goes."""

from rich.console import Console


class Terminal(Console):
    """A console that leaves it to the command line what happens when its reader has had enough."""

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError, where rich would leave with an error of its own."""
        raise BrokenPipeError


def terminal() -> Terminal:
    """The console on standard output, with nothing highlighted but what we highlight."""
    return Terminal(highlight=False)
