"""Where the programs and the data files of this installation or build are."""
import os
import pathlib
import shutil

from .errors import FAILED, CommandError


def prefix() -> pathlib.Path | None:
    """Folder that holds bin/ and share/; the `depinsat` script sets it."""
    return pathlib.Path(os.environ["DEPINSAT_PREFIX"]) if "DEPINSAT_PREFIX" in os.environ else None


def program(name: str) -> str:
    """Path of a program beside `depinsat`, or else of PATH."""
    beside = prefix() and prefix() / "bin" / name
    found = str(beside) if beside and beside.exists() else shutil.which(name)
    if not found:
        raise CommandError(f"{name} is not installed", FAILED)
    return found


def hardware() -> pathlib.Path:
    """Folder of the radio profiles."""
    source = pathlib.Path(__file__).resolve().parent.parent.parent
    for folder in (prefix() and prefix() / "share/depinsat/hardware", source / "hardware"):
        if folder and folder.is_dir():
            return folder
    raise CommandError("the folder share/depinsat/hardware is missing", FAILED)


def runtime_directory(name: str) -> pathlib.Path:
    """Folder of the sockets of `name`, as depinsatd and depinsat-sat choose it."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        return pathlib.Path(runtime) / "depinsat" / name
    base = "/run" if os.geteuid() == 0 else "/tmp"
    return pathlib.Path(f"{base}/depinsat-{os.geteuid()}") / name
