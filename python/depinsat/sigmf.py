"""SigMF 1.2 recordings: metadata in and out, and what of it the receiver needs."""
import datetime
import hashlib
import json
import pathlib

from .errors import CommandError

VERSION = "1.2.5"
META, DATA = ".sigmf-meta", ".sigmf-data"
EXTENSION = {"name": "depinsat", "version": "1.0.0", "optional": True}
SAMPLE_BYTES = {"cf32_le": 8, "ci16_le": 4}
WAVEFORM_KEYS = ("symbol_rate_baud", "rolloff", "pl_scrambling_n", "spectral_inversion")


def base(path: str | pathlib.Path) -> pathlib.Path:
    """The name of a recording without the ends of its two files."""
    path = pathlib.Path(path)
    return path.with_suffix("") if path.suffix in (META, DATA) else path


def files(path: str | pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """The metadata and the samples of a recording."""
    stem = base(path)
    return stem.with_name(stem.name + META), stem.with_name(stem.name + DATA)


def metadata(datatype: str, sample_rate_hz: float, frequency_hz: float, waveform: dict, **others) -> dict:
    """Metadata of a recording of one carrier that begins now.

    waveform holds keys of station.toml's [waveform]; they go under depinsat:.
    """
    now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    fields = {f"depinsat:{key}": waveform[key] for key in WAVEFORM_KEYS if key in waveform}
    return {
        "global": {"core:datatype": datatype, "core:sample_rate": sample_rate_hz, "core:version": VERSION,
                   "core:num_channels": 1, "core:recorder": "depinsat", "core:extensions": [EXTENSION],
                   **fields, **others},
        "captures": [{"core:sample_start": 0, "core:frequency": frequency_hz, "core:datetime": now}],
        "annotations": [],
    }


class Recording:
    """A recording to be replayed; checked so far as the receiver depends on it."""

    def __init__(self, path: str | pathlib.Path):
        self.meta_file, self.data_file = files(path)
        try:
            self.meta = json.loads(self.meta_file.read_text())
            fields = dict(self.meta["global"])
            self.datatype, self.sample_rate_hz = fields["core:datatype"], fields.get("core:sample_rate")
            with self.data_file.open("rb"):  # so that one that may not be read is told of now
                self.bytes = self.data_file.stat().st_size
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CommandError(f"{self.meta_file}: no SigMF metadata: {error}") from error
        self.waveform = {key: fields[f"depinsat:{key}"] for key in WAVEFORM_KEYS if f"depinsat:{key}" in fields}
        self._check(fields)

    def _check(self, fields: dict) -> None:
        def refuse(key, what):
            raise CommandError(f"{self.meta_file}: {key}: {what}")

        if self.datatype not in list(SAMPLE_BYTES):
            refuse("core:datatype", f"is {self.datatype!r}; allowed: {', '.join(SAMPLE_BYTES)}")
        rate = self.sample_rate_hz
        if rate is not None and not (isinstance(rate, (int, float)) and 1000 <= rate <= 250e6):
            refuse("core:sample_rate", f"is {rate!r}; allowed: 1000 to 250000000")
        if fields.get("core:num_channels", 1) != 1:
            refuse("core:num_channels", "only one channel can be replayed")
        extensions = fields.get("core:extensions", [])
        if not isinstance(extensions, list) or not all(isinstance(extension, dict) for extension in extensions):
            refuse("core:extensions", "is no list of objects")
        for extension in extensions:
            if not extension.get("optional", True) and extension.get("name") != EXTENSION["name"]:
                refuse("core:extensions", f"{extension.get('name')} is required and unknown here")
        if self.bytes % SAMPLE_BYTES[self.datatype]:
            raise CommandError(f"{self.data_file}: its size is not that of whole {self.datatype} samples")
        self.sha512 = fields.get("core:sha512")

    def check_hash(self) -> None:
        """Refuses samples that are not those which the metadata tells of."""
        if self.sha512 is None:
            return
        with self.data_file.open("rb") as data:
            actual = hashlib.file_digest(data, "sha512").hexdigest()
        if actual != str(self.sha512).lower():
            raise CommandError(f"{self.meta_file}: core:sha512: is not that of {self.data_file.name}")

    @property
    def samples(self) -> int:
        return self.bytes // SAMPLE_BYTES[self.datatype]
