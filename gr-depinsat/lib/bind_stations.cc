#include "gnuradio/depinsat/blocks.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>

namespace depinsat::blocks {
namespace {

namespace py = pybind11;
using namespace py::literals;
using Keys = std::vector<std::string>;
using Points = std::vector<std::array<double, 3>>; ///< input, output, phase in rad

std::vector<modulation::AmplifierPoint> amplifier(const Points& points)
{
    std::vector<modulation::AmplifierPoint> all;
    for (const auto& [input, output, phase] : points)
        all.push_back({input, output, phase});
    return all;
}

gr::block_sptr dvbs2_receiver(double sample_rate_hz,
                              double symbol_rate_baud,
                              double rolloff,
                              unsigned pl_scrambling_n,
                              unsigned max_iterations,
                              std::string spectral_inversion,
                              bool equaliser,
                              bool iq_correction,
                              unsigned cores,
                              bool vl_snr)
{
    return make_dvbs2_receiver({sample_rate_hz, symbol_rate_baud, rolloff, pl_scrambling_n,
                                max_iterations, parse_spectral_inversion(spectral_inversion),
                                equaliser, iq_correction, vl_snr},
                               cores);
}

void bind_dvbs2(py::module_& m)
{
    m.def(
        "dvbs2_transmitter",
        [](std::string modcod, std::string frame_size, bool pilots, double rolloff,
           unsigned samples_per_symbol, unsigned pl_scrambling_n, unsigned isi,
           std::string stream_type, bool dummy_frames, Points predistortion,
           double predistortion_gain) {
            return make_dvbs2_transmitter(
                {modcod, frame_size, pilots, rolloff, samples_per_symbol, pl_scrambling_n, isi,
                 stream_type, dummy_frames, amplifier(predistortion), predistortion_gain});
        },
        R"(
DVB-S2 transmitter (EN 302 307-1): bytes of data fields in, samples of mean power 1 out.

A frame's bytes are taken when its first symbol is due. With less than a frame at hand it waits
or, if dummy_frames, sends dummy frames. A stream that ends is followed by one dummy frame.
Tags: frame_start (number of the data frame) and dummy_start.

modcod -- "qpsk_1-2", "8psk_3-4" ... frame_size -- "normal", "medium" (VL-SNR only), "short".
rolloff -- 0.35, 0.25, 0.20, 0.15, 0.10, 0.05.
samples_per_symbol -- 1 (no shaping) or 2 to 8. pl_scrambling_n -- 0 to 262141. isi -- 0 to 255.
stream_type -- "generic_continuous", "generic_packetised", "gse_hem", "transport".
predistortion -- what the amplifier behind does: 2 to 4096 of (input amplitude, output amplitude, phase in rad),
inputs rising, as an input of mean power 1 drives it to the wanted point; none: no predistortion. Needs 2 samples a
symbol, 4 do better. The samples then have no longer mean power 1.
predistortion_gain -- above 0: output amplitude of both together for an input amplitude of 1.
)",
        "modcod"_a = "qpsk_1-2", "frame_size"_a = "short", "pilots"_a = true,
        "rolloff"_a = 0.20, "samples_per_symbol"_a = 2, "pl_scrambling_n"_a = 0, "isi"_a = 0,
        "stream_type"_a = "generic_continuous", "dummy_frames"_a = false,
        "predistortion"_a = Points(), "predistortion_gain"_a = 1.0);

    m.def("dvbs2_receiver", &dvbs2_receiver, R"(
DVB-S2 receiver (EN 302 307-1): samples in, bytes of the data fields out; blind to MODCOD.

Tag "frame" at the first byte of each frame; failed frames have no bytes and are tagged at the
next byte that comes. Message port "telemetry": a dictionary every 100 ms of samples and at the
end. The output depends neither on how the input was cut nor on the number of cores; the last
whole frame is delivered.

sample_rate_hz -- 1.2 to 2000 times symbol_rate_baud, and 1 + rolloff times or more.
rolloff -- 0.35, 0.25, 0.20, 0.15, 0.10, 0.05. spectral_inversion -- "auto", "normal", "inverted".
equaliser -- against ripple and group delay of filters. iq_correction -- takes away DC and image
of a zero-IF radio.
Tags rx_time and satellite_sample of the input that do not go on as they must: samples were lost.
cores -- 1 to 64: how many frames are decoded at once, beside the work on samples.
vl_snr -- takes frames of VL-SNR (EN 302 307-2, 5.5.2.5), down to -9.9 dB, and no others: carrier
within 0.44 % of the symbol rate, clock within 100 ppm, 1.2 to 8 samples a symbol, one core, no
equaliser, no iq_correction; spectral_inversion "auto" is as "normal".
)",
          "sample_rate_hz"_a = 1e6, "symbol_rate_baud"_a = 0.5e6, "rolloff"_a = 0.20,
          "pl_scrambling_n"_a = 0, "max_iterations"_a = 25, "spectral_inversion"_a = "auto",
          "equaliser"_a = false, "iq_correction"_a = false, "cores"_a = 1, "vl_snr"_a = false);
}

void bind_modem_port(py::module_& m)
{
    m.def(
        "modem_port_transmitter",
        [](std::string tx_endpoint, unsigned lead_ms, unsigned max_airtime_ms,
           double symbol_rate_baud, double rolloff, unsigned samples_per_symbol,
           unsigned pl_scrambling_n, std::string curve_key_file, Keys curve_peer_keys,
           Points predistortion, double predistortion_gain) {
            return make_modem_port_transmitter(
                {tx_endpoint, lead_ms, max_airtime_ms, symbol_rate_baud, rolloff,
                 samples_per_symbol, pl_scrambling_n, curve_key_file, curve_peer_keys,
                 amplifier(predistortion), predistortion_gain});
        },
        R"(
DVB-S2 transmitter of the frames that depinsatd fills, one at a time, lead_ms before each is due;
dummy frames when it has nothing or is away. Message port "telemetry": counts every 100 ms.

curve_key_file, curve_peer_keys -- CURVE, required for tcp:// that is not loopback: the own key file
and public keys in Z85, the daemon's first.
predistortion, predistortion_gain -- as of dvbs2_transmitter.
)",
        "tx_endpoint"_a, "lead_ms"_a = 5, "max_airtime_ms"_a = 60000,
        "symbol_rate_baud"_a = 0.5e6, "rolloff"_a = 0.20, "samples_per_symbol"_a = 2,
        "pl_scrambling_n"_a = 0, "curve_key_file"_a = "", "curve_peer_keys"_a = Keys(),
        "predistortion"_a = Points(), "predistortion_gain"_a = 1.0);

    m.def(
        "modem_port_receiver",
        [](std::string rx_endpoint, std::string telemetry_endpoint, double sample_rate_hz,
           double symbol_rate_baud, double rolloff, unsigned pl_scrambling_n,
           unsigned max_iterations, std::string spectral_inversion, bool equaliser,
           bool iq_correction, unsigned cores, std::string curve_key_file, Keys curve_peer_keys,
           bool vl_snr) {
            return make_modem_port_receiver(
                {rx_endpoint,
                 telemetry_endpoint,
                 {sample_rate_hz, symbol_rate_baud, rolloff, pl_scrambling_n, max_iterations,
                  parse_spectral_inversion(spectral_inversion), equaliser, iq_correction,
                  vl_snr},
                 cores,
                 curve_key_file,
                 curve_peer_keys});
        },
        R"(
DVB-S2 receiver whose frames and telemetry go to depinsatd. Message port "transmitter": the
counts of modem_port_transmitter's "telemetry", which go out with this block's own.

cores -- 1 to 64: how many frames are decoded at once, beside the work on samples.
vl_snr -- as of dvbs2_receiver.
curve_key_file, curve_peer_keys -- as of modem_port_transmitter; only these keys get telemetry.
)",
        "rx_endpoint"_a, "telemetry_endpoint"_a, "sample_rate_hz"_a = 1e6,
        "symbol_rate_baud"_a = 0.5e6, "rolloff"_a = 0.20, "pl_scrambling_n"_a = 0,
        "max_iterations"_a = 25, "spectral_inversion"_a = "auto", "equaliser"_a = false,
        "iq_correction"_a = false, "cores"_a = 1, "curve_key_file"_a = "",
        "curve_peer_keys"_a = Keys(), "vl_snr"_a = false);
}

void bind_satellite(py::module_& m)
{
    m.def("satellite_sink", &make_satellite_sink, R"(
Uplink to the simulated satellite, which paces the flowgraph. While it is away no samples are taken.
)",
          "uplink_endpoint"_a, "station"_a, "sample_rate_hz"_a);

    m.def("satellite_source", &make_satellite_source, R"(
Downlink of the simulated satellite. Tag satellite_sample: its number of the first sample and of
each one behind a gap. Gaps of up to 100 ms are zeros. While it is away nothing comes out.
)",
          "downlink_endpoint"_a, "station"_a, "sample_rate_hz"_a);
}

} // namespace

void bind_stations(py::module_& m)
{
    bind_dvbs2(m);
    bind_modem_port(m);
    bind_satellite(m);
}

} // namespace depinsat::blocks
