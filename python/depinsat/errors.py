"""How the command fails: one line on stderr and an exit status."""

FAILED = 1      # something broke while it ran
BAD_INPUT = 2   # wrong option, file or configuration
NO_DEVICE = 3   # the radio is not there


class CommandError(Exception):
    """Ends the command with one line and `status`."""

    def __init__(self, message: str, status: int = BAD_INPUT):
        super().__init__(" ".join(str(message).split()))
        self.status = status
