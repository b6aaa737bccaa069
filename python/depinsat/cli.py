"""The command line: depinsat modem | sat | station | keygen | status | queue | passes | replay | doctor."""
import argparse
import os
import sys

from . import passes_options, places
from .errors import FAILED, CommandError

STATION = "the station's file, station.toml"
KEY_OPTIONS = {  # of depinsatd: for the modem port or for the station; only shown or made
    (False, False): "--generate-key", (False, True): "--public-key",
    (True, False): "--generate-curve-key", (True, True): "--curve-public-key"}


def key_arguments(options) -> list[str]:
    """Of depinsatd, for what keygen is asked to do."""
    wraps = bool(options.wrap or options.unwrap)
    if options.group + options.sender + options.wrap + bool(options.unwrap) + (options.curve or options.public) > 1:
        raise CommandError("keygen: --group, --sender, --wrap and --unwrap stand alone")
    if wraps != bool(options.key) or wraps != bool(options.station):
        raise CommandError("keygen: --wrap and --unwrap, and nothing else, need --key and --station")
    if options.group or options.sender:
        return ["--generate-group-key" if options.group else "--sender", options.file]
    if wraps:
        handover = ["--wrap-group-key", options.file] if options.wrap else [
            "--unwrap-group-key", options.file, "--wrapped", options.unwrap]
        return [*handover, "--key", options.key, "--station", options.station]
    return [KEY_OPTIONS[options.curve, options.public], options.file]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise CommandError(f"{message}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    top = Parser(prog="depinsat", description="Satellite ground-station link stack: the operator's command.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, text, **arguments):
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", **arguments)
        return sub

    for name, text in (("station", "run a station: daemon and modems, each started again if it dies"),
                       ("modem", "run the modem between depinsatd and the radio")):
        sub = command(name, text)
        sub.add_argument("--config", required=True, metavar="FILE", help=STATION)
        sub.add_argument("--on-air", action="store_true", help="let a real radio transmit, within the limits of [transmit]")
    # Of the modem alone.
    sub.add_argument("--path", metavar="NAME", help="of the station's [[path]], where there are some")
    command("sat", "run the simulated satellite (depinsat-sat)", add_help=False)
    keygen = command("keygen", "make a key file, mode 0600, and print its public key")
    keygen.add_argument("file", metavar="FILE")
    keygen.add_argument("--public", action="store_true", help="only print the public key of a key file that is there")
    keygen.add_argument("--curve", action="store_true", help="a key of the modem port (modem.curve_key_file), not of the station")
    keygen.add_argument("--group", action="store_true", help="a key of a group (groups.key_file); prints nothing")
    keygen.add_argument("--sender", action="store_true", help="print how others list the station of a key file that is there in groups.senders")
    keygen.add_argument("--wrap", action="store_true", help="print the key of a group's key file that is there, wrapped for --station")
    keygen.add_argument("--unwrap", metavar="TEXT", help="make a group's key file from what --wrap printed at --station, and print when that was")
    keygen.add_argument("--key", metavar="FILE", help="this station's key file")
    keygen.add_argument("--station", metavar="KEY", help="the other station's public key")
    add_status(command("status", "show what a running station says of itself"))
    add_queue(command("queue", "show the messages in the journal of a station, and drop them"))
    passes_options.add(command("passes", "compute when satellites pass over the station, and write the schedule of contacts"))
    add_replay(command("replay", "receive a SigMF recording: one line for each frame"))
    command("doctor", "tell what this machine has for a station, and what is missing")
    return top


def add_status(sub):
    which = sub.add_mutually_exclusive_group(required=True)
    which.add_argument("--config", metavar="FILE", help=STATION)
    which.add_argument("--satellite", metavar="STATUS_FILE", help="status_file of the simulated satellite, instead")
    sub.add_argument("--json", action="store_true", help="as JSON")


def add_queue(sub):
    actions = sub.add_subparsers(dest="action", required=True, metavar="list | show | drop")
    for name, text in (("list", "messages to send, and those that came and that no bridge has taken"),
                       ("show", "everything about one message"), ("drop", "end one message for good")):
        action = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name != "list":
            action.add_argument("key", metavar="KEY", help="of the message, as `queue list` shows it; its first digits do")
        action.add_argument("--config", required=True, metavar="FILE", help=STATION)
        if name != "drop":
            action.add_argument("--json", action="store_true", help="as JSON")


def add_replay(sub):
    sub.add_argument("capture", metavar="CAPTURE.sigmf-meta", help="cf32_le or ci16_le")
    sub.add_argument("--json", action="store_true", help="one JSON object a line")
    sub.add_argument("--output", metavar="DIR", help="write the data field of each frame to a file there")
    sub.add_argument("--sample-rate-hz", type=float, help="default: core:sample_rate of the recording")
    sub.add_argument("--symbol-rate-baud", type=float, help="default: depinsat:symbol_rate_baud of the recording")
    sub.add_argument("--rolloff", type=float, help="0.35, 0.25, 0.20, 0.15, 0.10 or 0.05; default: depinsat:rolloff, else 0.20")
    sub.add_argument("--pl-scrambling-n", type=int, help="0 to 262141; default: depinsat:pl_scrambling_n, else 0")
    sub.add_argument("--spectral-inversion", choices=("auto", "normal", "inverted"),
                     help="default: depinsat:spectral_inversion, else auto")


def execute(name: str, *arguments: str):
    """Becomes another program, whose signals and exit status are then the command's."""
    path = places.program(name)
    sys.stdout.flush()
    os.execv(path, [path, *arguments])


def dispatch(options, rest: list[str]) -> int:
    if options.command == "sat":
        execute("depinsat-sat", *rest)
    if options.command == "keygen":
        execute("depinsatd", *key_arguments(options))
    if options.command == "doctor":
        from . import doctor
        return doctor.run()
    if options.command == "status":
        from . import status
        return status.run(options.config, options.satellite, options.json)
    if options.command == "queue":
        from . import message_queue
        return message_queue.run(options.config, options.action, getattr(options, "key", None), getattr(options, "json", False))
    if options.command == "passes":
        from . import passes
        return passes.run(options)
    if options.command == "replay":
        from . import replay
        overrides = {key: getattr(options, key) for key in
                     ("sample_rate_hz", "symbol_rate_baud", "rolloff", "pl_scrambling_n", "spectral_inversion")}
        return replay.run(options.capture, options.json, options.output, overrides)
    if options.command == "station":
        from . import supervisor
        return supervisor.run(options.config, options.on_air)
    from . import modem
    return modem.run(options.config, options.on_air, options.path)


def main() -> int:
    top = parser()
    try:
        options, rest = top.parse_known_args()
        if rest and options.command != "sat":
            top.error(f"unrecognized arguments: {' '.join(rest)}")
        return dispatch(options, rest)
    except CommandError as error:
        print(f"depinsat: {error}", file=sys.stderr)
        return error.status
    except ImportError as error:
        print(f"depinsat: {error}; see `depinsat doctor`", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
