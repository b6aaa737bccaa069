"""`depinsat replay`: the frames of a SigMF recording, the same every time."""
import hashlib
import json
import pathlib

from . import sigmf
from .errors import CommandError


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
    sink.finish()
    summary = {"samples": recording.samples, "seconds": recording.samples / parameters["sample_rate_hz"], **counts}
    print(json.dumps({"summary": summary}) if as_json else summary_line(summary))
    return 0


def receiver_parameters(recording: sigmf.Recording, overrides: dict) -> dict:
    """What the receiver needs: options first, then the recording's own fields."""
    given = {key: value for key, value in overrides.items() if value is not None}
    parameters = {"sample_rate_hz": recording.sample_rate_hz, **recording.waveform, **given}
    for key in ("sample_rate_hz", "symbol_rate_baud"):
        value = parameters.get(key)
        if not isinstance(value, (int, float)) or value <= 0:
            raise CommandError(f"{recording.meta_file}: {key}: the recording does not tell; "
                               f"give --{key.replace('_', '-')}")
    return parameters


def make_folder(output: str) -> pathlib.Path:
    folder = pathlib.Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error
    return folder


def build(recording: sigmf.Recording, parameters: dict, on_frame):
    from gnuradio import depinsat, gr

    from . import modem, radio
    from .frame_sink import FrameSink
    chain, rate = modem.resampled(radio.Replay(recording), parameters["sample_rate_hz"], parameters["symbol_rate_baud"])
    try:
        receiver = depinsat.dvbs2_receiver(**{**parameters, "sample_rate_hz": rate})
    except (ValueError, TypeError) as error:
        raise CommandError(f"{recording.meta_file}: {error}") from error
    graph, sink = gr.top_block("depinsat replay"), FrameSink(on_frame)
    graph.connect(*chain, receiver, sink)
    return graph, sink


def line_of(frame: dict) -> str:
    pilots = "pilots" if frame["pilots"] else "no pilots"
    what = f"{frame['data_sha256'][:16]}" if frame["data_sha256"] else f"failed: {frame['failure']}"
    return (f"{frame['sequence']:6d}  sample {frame['first_sample']:10d}  {frame['modcod']} {frame['frame_size']} {pilots}  "
            f"{frame['snr_db']:5.1f} dB  {frame['cfo_hz']:+9.1f} Hz  {frame['iterations']:2d} iterations  {what}")


def summary_line(summary: dict) -> str:
    return (f"{summary['received']} frames received, {summary['failed']} failed "
            f"in {summary['seconds']:.3f} s of samples")

