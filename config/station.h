#pragma once

#include "config/addresses.h"
#include "config/beacon_bridge.h"
#include "config/bitcoin_bridge.h"
#include "config/contacts.h"
#include "config/ethereum_bridge.h"
#include "config/http_bridge.h"
#include "config/json_rpc_bridge.h"
#include "config/local_server.h"
#include "config/passes.h"
#include "config/solana_bridge.h"
#include "config/tcp_bridge.h"
#include "config/toml_reader.h"
#include "config/tun_bridge.h"
#include "config/upstream.h"

#include "depinsat/framing/modcod.h"
#include "depinsat/modulation/predistorter.h"
#include "ports/curve.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// One station, as its station.toml describes it: docs/station.md tells of every key.
namespace depinsat::config {

enum class Role : uint8_t { kUser, kGateway };
enum class SpectralInversion : uint8_t { kAuto, kNormal, kInverted };
enum class Service : uint8_t { kSimulation, kSatellite, kAmateur };

/// `modcod = "acm"`: the MODCOD of each frame follows what the peer hears (link/acm.h).
struct Acm {
    std::vector<std::string> modcods; ///< of the waveform's frame size; at least one
    double margin_db = 0, hysteresis_db = 0, fade_db_per_s = 0;
};

struct Waveform {
    std::string kind;
    uint32_t symbol_rate_baud = 0;
    double rolloff = 0.2;
    std::string modcod; ///< or "acm"
    std::optional<Acm> acm;
    framing::FrameSize frame_size = framing::FrameSize::kShort;
    bool pilots = true;
    uint32_t pl_scrambling_n = 0;
    std::optional<uint8_t> isi; ///< of several input streams; none: a single one
    bool vl_snr = false;        ///< what the receiver takes: VL-SNR, or all else
    SpectralInversion spectral_inversion = SpectralInversion::kAuto;
    bool equaliser = false, iq_correction = false; ///< of the receiver
    bool report_reception = true;                  ///< peers are told how they are heard

    /// The rows of the table that the station sends with: one, or those of `acm`;
    /// read_station() has made sure of them.
    std::vector<const framing::Modcod*> rows() const;

    /// Time of one PLFRAME: PLHEADER, slots and pilot blocks.
    std::chrono::nanoseconds frame_time(const framing::Modcod&) const;

    /// Time of the longest of rows().
    std::chrono::nanoseconds frame_time() const;

    double bandwidth_hz() const { return symbol_rate_baud * (1 + rolloff); }
};

struct Radio {
    std::string profile; ///< name of a file of hardware/
    double sample_rate_hz = 0;
    double tx_frequency_hz = 0, rx_frequency_hz = 0;
    std::optional<std::string> device, clock_source;
    std::optional<double> tx_gain_db, rx_gain_db;
    std::optional<std::string> uplink_endpoint,
        downlink_endpoint;                     ///< of the simulated satellite
    std::optional<std::filesystem::path> file; ///< recording

    /// Whether waves may leave the building.
    bool is_real() const { return profile != "sim" && profile != "sigmf"; }
};

struct Transmit {
    bool enabled = false;
    std::optional<std::array<double, 2>> band_hz;
    std::optional<double> max_power_dbm;
    Service service = Service::kSimulation;
    std::vector<modulation::AmplifierPoint>
        predistortion;             ///< of the amplifier behind; empty: none
    double predistortion_gain = 1; ///< of both together
};

struct Modem {
    std::chrono::milliseconds lead{5};
    unsigned cores = 1; ///< of the receiver
    std::string tx_endpoint, rx_endpoint, telemetry_endpoint;
    std::optional<std::filesystem::path>
        runtime_directory;                               ///< to be made; of default endpoints
    std::optional<std::filesystem::path> curve_key_file; ///< then every endpoint is tcp://
    std::vector<ports::CurveKey> curve_peer_keys;        ///< none without curve_key_file
};

/// Stations that share a key, some of which are heard by all (link/group.h).
struct Group {
    struct Sender {
        PublicKey station{}, verify_key{};
    };
    std::string name;
    std::filesystem::path key_file;
    std::optional<std::filesystem::path> old_key_file; ///< what it sealed is heard, too
    std::vector<Sender> senders;                       ///< who is heard
    bool sends = false;                                ///< this station does, too
    double loss = 0.1;                                 ///< of frames, for which it sends enough
};

inline constexpr size_t kMaxPaths = 16; ///< as of the link

/// One way to the peers: a radio and the satellite that it points at.
struct Path {
    std::string name;                     ///< empty where the station has no [[path]]
    std::chrono::milliseconds delay{250}; ///< one way
    Waveform waveform;
    Radio radio;
    Transmit transmit;
    Modem modem;

    /// "path NAME: ", before what is told of it; empty if it has no name.
    std::string prefix() const { return name.empty() ? "" : "path " + name + ": "; }
};

struct Station {
    std::string name;
    Role role = Role::kUser;
    std::filesystem::path key_file;
    std::optional<std::filesystem::path> former_key_file; ///< of a gateway: answered, too
    std::vector<PublicKey> peers;                         ///< none only where there are groups
    std::vector<Path> paths; ///< one without a name, or every [[path]]
    std::chrono::milliseconds link_delay_asymmetry{20};
    std::filesystem::path journal;
    size_t journal_max_bytes = 256u << 20;
    std::optional<Contacts> contacts;
    std::vector<Group> groups;
    Passes passes;
    std::optional<std::filesystem::path> dictionaries; ///< folder of those that come
    size_t max_dictionary_bytes = 64u << 10;           ///< of one that is asked for
    std::vector<Upstream> upstreams; ///< of a gateway; or of a user's ordinary connection
    std::vector<Gateway> gateways;   ///< of a user station; the only peer, if none is named
    std::optional<BitcoinBridge> bitcoin;
    std::vector<EthereumBridge> ethereum;
    std::optional<BeaconBridge> beacon;
    std::vector<TcpBridge> tcp;
    std::optional<TunBridge> tun;
    std::vector<JsonRpcBridge> json_rpc;
    std::vector<SolanaBridge> solana;
    std::vector<HttpBridge> http;
    std::optional<LocalServer> telemetry;
    std::vector<Listen> listens; ///< of every server above
};

/// @throws ConfigError.
Station read_station(const std::filesystem::path& file);

/// As read_station(), for text that is at hand; `name` stands for the file.
Station parse_station(std::string_view text, const std::filesystem::path& name);

/// Every value in use, defaults, endpoints and absolute paths included; keys as in
/// station.toml.
nlohmann::json to_json(const Station&);

} // namespace depinsat::config
