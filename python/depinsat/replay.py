"""`depinsat replay`: the frames of a SigMF recording, the same every time."""
import hashlib
import json
import pathlib

from . import sigmf
from .errors import FAILED, CommandError

# What a receiver can be told, by options and by recordings: type, lowest and highest.
LIMITS = {"sample_rate_hz": (float, 1000, 250e6), "symbol_rate_baud": (float, 1000, 60e6),
          "pl_scrambling_n": (int, 0, 262141)}
ROLLOFFS = (0.35, 0.25, 0.20, 0.15, 0.10, 0.05)
SPECTRAL_INVERSIONS = ("auto", "normal", "inverted")
SAMPLES_PER_SYMBOL = (1.2, 2000.0)


def run(capture: str, as_json: bool, output: str | None, overrides: dict) -> int:
    recording = sigmf.Recording(capture)
    recording.check_hash()
    parameters = receiver_parameters(recording, overrides)
    folder = make_folder(output) if output else None
    counts = {"received": 0, "failed": 0}

    def on_frame(frame: dict, data: bytes) -> None:
        failed = frame["failure"] != "none"
        counts["failed" if failed else "received"] += 1
        frame["data_sha256"] = hashlib.sha256(data).hexdigest() if data else None
        if folder and data:
            (folder / f"frame-{frame['sequence']:06d}.bin").write_bytes(data)
        print(json.dumps(frame) if as_json else line_of(frame), flush=True)

    graph, sink = build(recording, parameters, on_frame)
    graph.run()
    try:
        if sink.error:
            raise sink.error
        sink.finish()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{error.filename or 'standard output'}: {error.strerror}", FAILED) from error
    summary = {"samples": recording.samples, "seconds": recording.samples / parameters["sample_rate_hz"], **counts}
    print(json.dumps({"summary": summary}) if as_json else summary_line(summary))
    return 0


def receiver_parameters(recording: sigmf.Recording, overrides: dict) -> dict:
    """What the receiver needs: options first, then the recording's own fields."""
    given = {key: value for key, value in overrides.items() if value is not None}
    parameters = {"sample_rate_hz": recording.sample_rate_hz, **recording.waveform, **given}
    for key in ("sample_rate_hz", "symbol_rate_baud"):
        if parameters.get(key) is None:
            raise CommandError(f"{recording.meta_file}: {key}: the recording does not tell; "
                               f"give --{key.replace('_', '-')}")
    fault = fault_of(parameters)
    if fault:
        raise CommandError(f"{recording.meta_file}: {fault}")
    return parameters


def fault_of(parameters: dict) -> str | None:
    """What is wrong with them, with the allowed values."""
    for key, (kind, low, high) in LIMITS.items():
        value = parameters.get(key, low)
        allowed_kinds = (int,) if kind is int else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed_kinds) or not low <= value <= high:
            return f"{key}: is {value!r}; allowed: {low:.15g} to {high:.15g}"
    if parameters.get("rolloff", ROLLOFFS[0]) not in ROLLOFFS:
        return f"rolloff: is {parameters['rolloff']!r}; allowed: {', '.join(map(str, ROLLOFFS))}"
    if parameters.get("spectral_inversion", "auto") not in SPECTRAL_INVERSIONS:
        return f"spectral_inversion: is {parameters['spectral_inversion']!r}; allowed: {', '.join(SPECTRAL_INVERSIONS)}"
    ratio = parameters["sample_rate_hz"] / parameters["symbol_rate_baud"]
    least = max(SAMPLES_PER_SYMBOL[0], 1 + parameters.get("rolloff", 0.20))
    if not least <= ratio <= SAMPLES_PER_SYMBOL[1]:
        return (f"symbol_rate_baud: makes {ratio:.6g} samples a symbol; allowed: "
                f"{least:g} to {SAMPLES_PER_SYMBOL[1]:g}")
    return None


def make_folder(output: str) -> pathlib.Path:
    folder = pathlib.Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error
    return folder


def build(recording: sigmf.Recording, parameters: dict, on_frame):
    from gnuradio import depinsat, gr

    from . import radio
    from .frame_sink import FrameSink
    receiver = depinsat.dvbs2_receiver(**parameters)
    graph, sink = gr.top_block("depinsat replay"), FrameSink(on_frame)
    graph.connect(radio.Replay(recording), receiver, sink)
    return graph, sink


def line_of(frame: dict) -> str:
    pilots = "pilots" if frame["pilots"] else "no pilots"
    what = f"{frame['data_sha256'][:16]}" if frame["data_sha256"] else f"failed: {frame['failure']}"
    return (f"{frame['sequence']:6d}  sample {frame['first_sample']:10d}  {frame['modcod']} {frame['frame_size']} {pilots}  "
            f"{frame['snr_db']:5.1f} dB  {frame['cfo_hz']:+9.1f} Hz  {frame['iterations']:2d} iterations  {what}")


def summary_line(summary: dict) -> str:
    return (f"{summary['received']} frames received, {summary['failed']} failed "
            f"in {summary['seconds']:.3f} s of samples")

