#pragma once

#include "depinsat/modulation/predistorter.h"
#include "depinsat/waveform/dvbs2_receiver.h"

#include <gnuradio/block.h>

#include <string>
#include <vector>

#define DEPINSAT_BLOCKS_API __attribute__((visibility("default")))

/// The GNU Radio blocks for users of C++; Python has them as gnuradio.depinsat.<block>.
///
/// Tags and message ports   docs/blocks.md.
/// Failure                  every function throws std::invalid_argument that names the key and
///                          the allowed values.
namespace depinsat::blocks {

struct Dvbs2TransmitterParameters {
    std::string modcod = "qpsk_1-2";  ///< a name of framing::modcods() or vlsnr_modcods()
    std::string frame_size = "short"; ///< "normal", "medium" (VL-SNR only), "short"
    bool pilots = true;
    double rolloff = 0.20;           ///< one of framing::kRolloffs
    unsigned samples_per_symbol = 2; ///< 1 (no shaping) or 2 to 8
    unsigned pl_scrambling_n = 0;    ///< 0 to 262141
    unsigned isi = 0;                ///< 0 to 255
    std::string stream_type =
        "generic_continuous";  ///< or "generic_packetised", "gse_hem", "transport"
    bool dummy_frames = false; ///< with less than a data field at hand: send dummies, or wait
    std::vector<modulation::AmplifierPoint> predistortion = {}; ///< 2 to 4096 points, or none
    double predistortion_gain = 1;                              ///< above 0
};

/// Bytes of data fields in, samples out. A frame's bytes are taken when its first symbol is
/// due.
DEPINSAT_BLOCKS_API gr::block_sptr make_dvbs2_transmitter(const Dvbs2TransmitterParameters&);

/// @param name  "auto", "normal" or "inverted".
DEPINSAT_BLOCKS_API waveform::SpectralInversion
parse_spectral_inversion(const std::string& name);

/// Samples in, bytes of the data fields out, with a tag for each frame.
/// @param cores  1 to 64: this many frames are decoded at once; the output is the same.
DEPINSAT_BLOCKS_API gr::block_sptr
make_dvbs2_receiver(const waveform::Dvbs2ReceiverConfig& config, unsigned cores = 1);

struct ModemPortTransmitterParameters {
    std::string tx_endpoint;         ///< ipc:// or tcp:// of the daemon's ROUTER
    unsigned lead_ms = 5;            ///< 1 to 100
    unsigned max_airtime_ms = 60000; ///< longest frame that is welcome, 1 to 60000
    double symbol_rate_baud = 500e3; ///< 1000 to 60000000
    double rolloff = 0.20;
    unsigned samples_per_symbol = 2;
    unsigned pl_scrambling_n = 0;
    std::string curve_key_file = {};               ///< required for tcp:// that is not loopback
    std::vector<std::string> curve_peer_keys = {}; ///< Z85, the daemon's first
    std::vector<modulation::AmplifierPoint> predistortion = {}; ///< 2 to 4096 points, or none
    double predistortion_gain = 1;                              ///< above 0
};

/// Samples of the frames that the daemon fills (docs/architecture.md, "Modem port") and of
/// dummy frames between.
DEPINSAT_BLOCKS_API gr::block_sptr
make_modem_port_transmitter(const ModemPortTransmitterParameters&);

struct ModemPortReceiverParameters {
    std::string rx_endpoint;        ///< ipc:// or tcp:// of the daemon's PULL
    std::string telemetry_endpoint; ///< where this block binds a PUB
    waveform::Dvbs2ReceiverConfig receiver;
    unsigned cores = 1;                            ///< 1 to 64
    std::string curve_key_file = {};               ///< required for tcp:// that is not loopback
    std::vector<std::string> curve_peer_keys = {}; ///< Z85, the daemon's first
};

/// Samples in; frames and telemetry go to the daemon.
DEPINSAT_BLOCKS_API gr::block_sptr make_modem_port_receiver(const ModemPortReceiverParameters&);

/// Ends of the simulated space segment (docs/architecture.md, "Sample port"). The satellite's
/// clock paces the flowgraph.
DEPINSAT_BLOCKS_API gr::block_sptr make_satellite_sink(const std::string& uplink_endpoint,
                                                       const std::string& station,
                                                       double sample_rate_hz);
DEPINSAT_BLOCKS_API gr::block_sptr make_satellite_source(const std::string& downlink_endpoint,
                                                         const std::string& station,
                                                         double sample_rate_hz);

} // namespace depinsat::blocks
