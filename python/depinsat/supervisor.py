"""`depinsat station`: the daemon and the modems of a station, one for each path; one that dies is started again."""
import ctypes
import signal
import subprocess
import sys
import threading
import time

from . import places, profiles, station_config
from .errors import BAD_INPUT, NO_DEVICE

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
STEADY_S = 30.0      # after so long a life the next pause is the first again
HOPELESS_S = 5.0     # one that ends sooner with a hopeless status will never run
HOPELESS = (BAD_INPUT, NO_DEVICE)
STOP_S = 10.0
PR_SET_PDEATHSIG = 1


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program that is kept running."""

    def __init__(self, name: str, command: list[str], can_finish: bool = False, hopeless: tuple = HOPELESS):
        self.name, self.command, self.can_finish, self.hopeless = name, command, can_finish, hopeless
        self.process, self.due, self.pause = None, 0.0, FIRST_PAUSE_S
        self.lived_before = False

    def start(self):
        # A process group of its own: Ctrl-C comes to the supervisor, which stops the children in order.
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent, process_group=0)
        self.started = time.monotonic()

    def look(self) -> int | None:
        """Starts it where it is due. The status that ends the station, if it has ended for good."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return None
        status = self.process.poll()
        if status is None:
            self.lived_before |= now - self.started > HOPELESS_S
            return None
        self.process = None
        if status in self.hopeless and not self.lived_before:
            return status
        if status == 0 and self.can_finish:
            print(f"depinsat station: {self.name} has come to its end", file=sys.stderr)
            return 0
        if now - self.started > STEADY_S:
            self.pause = FIRST_PAUSE_S
        self.due, pause = now + self.pause, self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE_S)
        print(f"depinsat station: {self.name} ended with status {status}; starting it again in {pause:g} s",
              file=sys.stderr)
        return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def reload(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)

    def reap(self, deadline: float):
        if not self.process:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(config_file: str, on_air: bool) -> int:
    config = station_config.load(config_file)  # a mistake is told once, not by both
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    children = [Child("depinsatd", [places.program("depinsatd"), "--config", config_file])]
    modem = [places.program("depinsat"), "modem", "--config", config_file] + ["--on-air"] * on_air
    if "path" in config:  # one without its radio must not end the others
        children += [Child(f"modem of path {path['name']}", [*modem, "--path", path["name"]], hopeless=(BAD_INPUT,))
                     for path in config["path"]]
    else:
        is_recording = profiles.load(config["radio"]["profile"])["driver"] == "sigmf"  # which comes to its end
        children.append(Child("modem", modem, can_finish=is_recording))
    signal.signal(signal.SIGHUP, lambda *_: children[0].reload())  # the modem knows no peers
    status = None
    while not asked.is_set() and status is None:
        for child in children:
            status = child.look() if status is None else status
        asked.wait(0.1)
    for child in children:
        child.stop()
    deadline = time.monotonic() + STOP_S
    for child in children:
        child.reap(deadline)
    return status or 0
