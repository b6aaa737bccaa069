"""`depinsat modem`: the flowgraph between the daemon's frames and the radio's samples."""
import signal
import sys
import threading

from . import profiles, station_config, transmit
from .errors import FAILED, CommandError

SAMPLES_PER_SYMBOL = 2       # of the transmitter, without predistortion
MAX_SAMPLES_PER_SYMBOL = 8   # that it can make
STOP_S = 10                  # until a flowgraph that is asked to must have ended
SMALL_BUFFER = 1024          # samples: nothing waits long in front of the antenna


def run(config_file: str, on_air: bool, path: str | None = None) -> int:
    config = station_config.of_path(config_file, station_config.load(config_file), path)
    profile = profiles.load(config["radio"]["profile"])
    settings = profiles.settings(config["radio"], profile)
    sends, why_not = transmit.permitted(config, settings, profile, on_air)
    receives = not (profile["driver"] == "sigmf" and sends)
    check_duplex(settings, profile, sends)
    from . import radio  # needs GNU Radio
    device = radio.make(config, settings, profile)
    try:
        graph = build(config, device, sends, receives)
    except ValueError as error:  # of a block, which names the key
        raise CommandError(f"{config_file}: modem.{error}") from error
    if not sends:
        print(f"depinsat modem{f' of path {path}' if path else ''}: receives only: {why_not}", file=sys.stderr)
    return run_until_signal(graph)


def check_duplex(settings: dict, profile: dict, sends: bool) -> None:
    if profile["real"] and not profile["full_duplex"] and sends and "|" not in settings["device"]:
        raise CommandError(f"radio.device: profile {profile['name']} is half duplex; to send as well give two devices, "
                           "\"RECEIVING DEVICE | TRANSMITTING DEVICE\", or set transmit.enabled = false")


def build(config: dict, radio, sends: bool, receives: bool):
    from gnuradio import gr
    graph = gr.top_block("depinsat modem")
    transmitter = connect_transmitter(graph, config, radio) if sends else None
    receiver = connect_receiver(graph, config, radio) if receives else None
    if transmitter and receiver:
        graph.msg_connect(transmitter, "telemetry", receiver, "transmitter")
    return graph


def curve(modem: dict) -> dict:
    """What both ends of the modem port need of CURVE; empty without."""
    return {key: modem[key] for key in ("curve_key_file", "curve_peer_keys") if key in modem}


def samples_per_symbol(config: dict, rate: float) -> int:
    """Predistortion widens the spectrum: as much of it as the radio can send is made."""
    if "predistortion" not in config["transmit"]:
        return SAMPLES_PER_SYMBOL
    fitting = int(rate / config["waveform"]["symbol_rate_baud"])
    return max(SAMPLES_PER_SYMBOL, min(fitting, MAX_SAMPLES_PER_SYMBOL))


def predistortion(config: dict) -> dict:
    """What the transmitter needs of it; empty without."""
    return {key: config["transmit"][key] for key in ("predistortion", "predistortion_gain") if key in config["transmit"]}


def connect_transmitter(graph, config: dict, radio):
    from gnuradio import blocks, depinsat
    waveform, modem = config["waveform"], config["modem"]
    baud, oversampling = waveform["symbol_rate_baud"], samples_per_symbol(config, radio.rate)
    transmitter = depinsat.modem_port_transmitter(
        tx_endpoint=modem["tx_endpoint"], lead_ms=modem["lead_ms"], symbol_rate_baud=baud, rolloff=waveform["rolloff"],
        samples_per_symbol=oversampling, pl_scrambling_n=waveform["pl_scrambling_n"], **curve(modem), **predistortion(config))
    chain = [transmitter]
    if waveform["spectral_inversion"] == "inverted":
        chain.append(blocks.conjugate_cc())
    if radio.rate != oversampling * baud:
        chain.append(resampler(radio.rate / (oversampling * baud)))
    for block in chain:
        block.set_max_output_buffer(SMALL_BUFFER)
    graph.connect(*chain, radio.sink())
    return transmitter


def connect_receiver(graph, config: dict, radio):
    from gnuradio import depinsat
    waveform, modem = config["waveform"], config["modem"]
    baud = waveform["symbol_rate_baud"]
    receiver = depinsat.modem_port_receiver(
        rx_endpoint=modem["rx_endpoint"], telemetry_endpoint=modem["telemetry_endpoint"], sample_rate_hz=radio.rate,
        symbol_rate_baud=baud, rolloff=waveform["rolloff"], pl_scrambling_n=waveform["pl_scrambling_n"],
        spectral_inversion=waveform["spectral_inversion"], equaliser=waveform["equaliser"],
        iq_correction=waveform["iq_correction"], vl_snr=waveform["vl_snr"], cores=modem["cores"], **curve(modem))
    graph.connect(radio.source(), receiver)
    return receiver


def resampler(ratio: float):
    """Output rate by input rate. Flat to 0.45 of the lower rate; within 0.3 of it errors are below -68 dB."""
    from gnuradio.fft import window
    from gnuradio.filter import firdes, pfb_arb_resampler_ccf
    arms, band, attenuation_db, beta = 32, min(1.0, ratio), 80, 7.86
    taps = firdes.low_pass_2(arms, arms, 0.5 * band, 0.1 * band, attenuation_db, window.WIN_KAISER, beta)
    return pfb_arb_resampler_ccf(ratio, taps, arms)


def run_until_signal(graph) -> int:
    """0 after SIGINT, SIGTERM or the end of a recording.

    Raises CommandError if the flowgraph cannot start, or does not end within STOP_S.
    """
    asked, ended = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    try:
        graph.start()
    except RuntimeError as error:
        raise CommandError(f"the flowgraph cannot start: {error}", FAILED) from error

    def watch():
        graph.wait()
        ended.set()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    while not (asked.is_set() or ended.is_set()):
        asked.wait(0.1)
    graph.stop()
    watcher.join(STOP_S)
    if watcher.is_alive():
        raise CommandError(f"the flowgraph did not end within {STOP_S} s", FAILED)
    return 0
