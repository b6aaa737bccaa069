"""`depinsat doctor`: what this machine has for a station, and what is missing."""
import importlib
import importlib.util
import os
import pathlib
import shutil
import subprocess

from . import places
from .errors import FAILED, CommandError

SCAN_TIMEOUT_S = 20
MODULES = {"numpy": "python3-numpy", "rich": "python3-rich", "yaml": "python3-yaml", "jsonschema": "python3-jsonschema",
           "sgp4": "python3-sgp4"}
USB = {("2500", "0020"): "USRP B210", ("2500", "0021"): "USRP B200mini", ("2500", "0022"): "USRP B205mini",
       ("1d50", "6089"): "HackRF One", ("1d50", "604b"): "HackRF Jawbreaker", ("1d50", "cc15"): "rad1o"}


def run() -> int:
    """Prints one line for each check. 0 if the basics work, 1 if not; radios are no basics."""
    checks = (check_gnuradio, check_blocks, check_modules, check_daemon, check_satellite, check_profiles)
    basics = [report(*check()) for check in checks]
    for check in (check_uhd, check_soapy, *[lambda device=device: device for device in usb_devices()]):
        report(*check())
    for line in radios():
        print(f"  radio    {line}")
    return 0 if all(basics) else FAILED


def report(name: str, ok: bool | None, detail: str) -> bool:
    """ok is None where something is missing that only some stations need."""
    word = {True: "ok", False: "MISSING", None: "absent"}[ok]
    print(f"{word:>8}   {name}: {detail}")
    return ok is not False


def installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # what it is a part of is missing
        return False


def check_gnuradio():
    try:
        from gnuradio import gr
        return "GNU Radio", True, gr.version()
    except ImportError as error:
        return "GNU Radio", False, f"{error}; install gnuradio"


def check_blocks():
    try:
        module = importlib.import_module("gnuradio.depinsat")
        return "blocks of depinsat", True, os.path.dirname(module.__file__)
    except ImportError as error:
        return "blocks of depinsat", False, f"{error}; build with GNU Radio, or set PYTHONPATH (env.sh)"


def check_modules():
    missing = [package for module, package in MODULES.items() if not installed(module)]
    if missing:
        return "Python modules", False, f"install {', '.join(missing)}"
    return "Python modules", True, ", ".join(MODULES)


def check_program(name: str):
    try:
        path = places.program(name)
        subprocess.run([path, "--help"], capture_output=True, check=True, timeout=SCAN_TIMEOUT_S)
        return name, True, path
    except CommandError as error:
        return name, False, str(error)
    except (OSError, subprocess.SubprocessError) as error:
        return name, False, f"does not run: {error}"


def check_daemon():
    return check_program("depinsatd")


def check_satellite():
    return check_program("depinsat-sat")


def check_profiles():
    try:
        from . import profiles
        for name in profiles.names():
            profiles.load(name)
        return "radio profiles", True, ", ".join(profiles.names())
    except (ImportError, CommandError) as error:
        return "radio profiles", False, str(error)


def check_uhd():
    if not installed("gnuradio.uhd"):
        return "UHD", None, "no gr-uhd; needed for USRPs"
    images = [p for p in ("/usr/share/uhd/images", "/usr/local/share/uhd/images", os.environ.get("UHD_IMAGES_DIR", ""))
              if p and list(pathlib.Path(p).glob("usrp_b2*"))]
    if not images:
        return "UHD", None, "gr-uhd is there, firmware images are not; install uhd-host and run uhd_images_downloader"
    return "UHD", True, f"images in {images[0]}"


def check_soapy():
    if not installed("gnuradio.soapy"):
        return "SoapySDR", None, "no gr-soapy; needed for HackRFs"
    modules = sorted(p.name for folder in pathlib.Path("/usr/lib").glob("*/SoapySDR/modules*") for p in folder.glob("*.so"))
    if not any("HackRF" in name for name in modules):
        return "SoapySDR", None, "module for HackRF is missing; install soapysdr-module-hackrf"
    return "SoapySDR", True, ", ".join(modules)


def usb_devices():
    """Radios on USB, and whether this user may open them."""
    for vendor_file in sorted(pathlib.Path("/sys/bus/usb/devices").glob("*/idVendor")):
        folder = vendor_file.parent
        name = USB.get((vendor_file.read_text().strip(), (folder / "idProduct").read_text().strip()))
        if not name:
            continue
        node = "/dev/bus/usb/{:03d}/{:03d}".format(int((folder / "busnum").read_text()), int((folder / "devnum").read_text()))
        if os.access(node, os.R_OK | os.W_OK):
            yield name, True, node
        else:
            rules = places.hardware() / "60-depinsat.rules"
            yield name, None, f"{node} may not be opened; copy {rules} to /etc/udev/rules.d and join group plugdev"


def radios():
    """One line for each radio that the drivers find."""
    found = []
    for tool, arguments, mark in (("uhd_find_devices", [], "serial:"), ("SoapySDRUtil", ["--find"], "label =")):
        if not shutil.which(tool):
            found.append(f"{tool} is not installed; what is plugged in is seen by USB only")
            continue
        try:
            result = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=SCAN_TIMEOUT_S)
        except (OSError, subprocess.SubprocessError) as error:
            found.append(f"{tool}: {error}")
            continue
        lines = [line.strip() for line in result.stdout.splitlines() if mark in line]
        found += [f"{tool}: {line}" for line in lines] or [f"{tool}: none"]
    return found
