"""The radio of a station: one small interface over the simulated satellite, UHD, SoapySDR and SigMF files.

Each driver has source() and sink(), which make the GNU Radio block of that direction at the station's sample
rate, or raise CommandError with status NO_DEVICE if the device is not there.
"""
import contextlib
import os
import sys

from gnuradio import blocks, gr

from . import places, sigmf
from .errors import BAD_INPUT, NO_DEVICE, CommandError


def make(config: dict, settings: dict, profile: dict):
    """The driver that the profile names. settings is profiles.settings() of the configuration."""
    return DRIVERS[profile["driver"]](config, settings, profile)


class Radio:
    def __init__(self, config: dict, settings: dict, profile: dict):
        self.config, self.settings, self.profile = config, settings, profile
        self.rate = float(settings["sample_rate_hz"])

    def _set(self, key: str, setter) -> None:
        """Hands the value of `key` to the device; one that it does not take is a mistake in the file."""
        value = self.settings[key]
        try:
            setter(value)
        except (RuntimeError, ValueError) as error:
            raise CommandError(f"radio.{key}: is {value}, which the radio refuses: {error}") from error


class SatelliteRadio(Radio):
    """The simulated satellite, whose clock paces the flowgraph."""

    def _endpoint(self, key: str, name: str) -> str:
        return self.settings.get(key) or f"ipc://{places.runtime_directory('satellite') / name}"

    def source(self):
        from gnuradio import depinsat
        return depinsat.satellite_source(self._endpoint("downlink_endpoint", "downlink"),
                                         self.config["satellite_name"], self.rate)

    def sink(self):
        from gnuradio import depinsat
        return depinsat.satellite_sink(self._endpoint("uplink_endpoint", "uplink"),
                                       self.config["satellite_name"], self.rate)


class SigmfRadio(Radio):
    """A recording: replayed as fast as the receiver takes it, or written at the pace of the wall clock."""

    def source(self):
        recording = sigmf.Recording(self.settings["file"])
        recording.check_hash()
        if recording.sample_rate_hz not in (None, self.rate):
            raise CommandError(f"radio.sample_rate_hz: is {self.rate:.15g}, but the recording {recording.meta_file} "
                               f"has {recording.sample_rate_hz:.15g}")
        return Replay(recording)

    def sink(self):
        return Record(self.settings["file"], self.rate, self.settings["tx_frequency_hz"], self.config["waveform"])


class Replay(gr.hier_block2):
    """The samples of a recording, full scale 1."""

    def __init__(self, recording: sigmf.Recording):
        gr.hier_block2.__init__(self, "sigmf_replay", gr.io_signature(0, 0, 0), gr.io_signature(1, 1, 8))
        name = str(recording.data_file)
        if recording.bytes == 0:
            self.connect(blocks.null_source(8), blocks.head(8, 0), self)
        elif recording.datatype == "cf32_le":
            self.connect(blocks.file_source(8, name, False), self)
        else:
            self.connect(blocks.file_source(4, name, False), blocks.interleaved_short_to_complex(True, False, 32768.0),
                         self)


class Record(gr.hier_block2):
    """Writes cf32_le samples and, at the start, their metadata."""

    def __init__(self, path, rate: float, frequency_hz: float, waveform: dict):
        gr.hier_block2.__init__(self, "sigmf_record", gr.io_signature(1, 1, 8), gr.io_signature(0, 0, 0))
        meta_file, data_file = sigmf.files(path)
        try:
            import json
            meta_file.write_text(json.dumps(sigmf.metadata("cf32_le", rate, frequency_hz, waveform), indent=2) + "\n")
            data_file.write_bytes(b"")
        except OSError as error:
            raise CommandError(f"radio.file: {error.filename}: {error.strerror}") from error
        self.connect(self, blocks.throttle(8, rate), blocks.file_sink(8, str(data_file)))


class UhdRadio(Radio):
    """Ettus USRP. UHD resamples to any rate that divides its master clock; others are refused."""

    def _make(self, kind: str, direction: str, short: str):
        os.environ.setdefault("UHD_LOG_CONSOLE_LEVEL", "warning")
        with quiet_stdout():
            from gnuradio import uhd
            try:
                block = getattr(uhd, kind)(self.settings["device"], uhd.stream_args(cpu_format="fc32", channels=[0]))
            except RuntimeError as error:
                raise no_device(self, error) from error
        frequency = self.settings[f"{short}_frequency_hz"]
        self._set("clock_source", block.set_clock_source)
        self._set("sample_rate_hz", block.set_samp_rate)
        self._check("sample_rate_hz", self.rate, block.get_samp_rate(), 0.5)
        self._set(f"{short}_frequency_hz", lambda hz: block.set_center_freq(uhd.tune_request(hz)))
        self._check(f"{short}_frequency_hz", frequency, block.get_center_freq(), 100)
        self._set(f"{short}_gain_db", block.set_gain)
        block.set_antenna(self.profile[direction]["antenna"])
        return block

    def _check(self, key: str, asked: float, got: float, tolerance: float) -> None:
        if abs(asked - got) > tolerance:
            raise CommandError(f"radio.{key}: the radio makes {got:.15g} of {asked:.15g}", BAD_INPUT)

    def source(self):
        return self._make("usrp_source", "receive", "rx")

    def sink(self):
        return self._make("usrp_sink", "transmit", "tx")


class SoapyRadio(Radio):
    """Any radio of SoapySDR. A half-duplex one is two devices: "receiving device | transmitting device"."""

    def _make(self, kind: str, direction: str, short: str):
        from gnuradio import soapy
        devices = [part.strip() for part in self.settings["device"].split("|")]
        device = devices[-1] if direction == "transmit" else devices[0]
        try:
            block = getattr(soapy, kind)(device, "fc32", 1, "", "", [""], [""])
        except (RuntimeError, ValueError) as error:
            raise no_device(self, error) from error
        if block.get_clock_source() or self.settings["clock_source"] != "internal":
            self._set("clock_source", block.set_clock_source)
        self._set("sample_rate_hz", lambda rate: block.set_sample_rate(0, rate))
        self._set(f"{short}_frequency_hz", lambda hz: block.set_frequency(0, hz))
        self._set(f"{short}_gain_db", lambda gain: self._set_gain(block, direction == "transmit", gain))
        return block

    def _set_gain(self, block, transmit: bool, gain_db: float) -> None:
        from . import profiles
        stages = profiles.shared_gain(self.profile, transmit, gain_db)
        for stage, gain in stages.items():
            block.set_gain(0, stage, gain)
        if not stages:
            block.set_gain(0, gain_db)

    def source(self):
        return self._make("source", "receive", "rx")

    def sink(self):
        return self._make("sink", "transmit", "tx")


def no_device(radio: Radio, error: Exception) -> CommandError:
    reason = str(error).strip().splitlines()[0]
    return CommandError(f"radio {radio.profile['name']}: no device \"{radio.settings['device']}\": {reason}; "
                        "see `depinsat doctor`", NO_DEVICE)


@contextlib.contextmanager
def quiet_stdout():
    """UHD greets on stdout when it is loaded; that is not the command's output."""
    sys.stdout.flush()
    saved = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


DRIVERS = {"satellite": SatelliteRadio, "sigmf": SigmfRadio, "uhd": UhdRadio, "soapy": SoapyRadio}
